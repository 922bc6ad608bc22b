//! What pages load beside themselves: scripts and styles, compiled in. They lie in a folder that is named by what is in it, so
//! that browsers keep them for good and never mix those of two releases.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Where the folder lies.
pub const FOLDER: &str = "/assets";

/// Signs of the folder's name: what is in it is ours, so that they need not withstand anybody.
const SIGNS: usize = 16;

/// A file that a page loads.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    text: &'static str,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! assets {
    ($($name:literal: $media_type:expr),+ $(,)?) => {
        [$(Asset {
            name: $name,
            media_type: $media_type,
            text: include_str!(concat!("../assets/", $name)),
        }),+]
    };
}

static ALL: [Asset; 9] = assets![
    "channels.css": "text/css; charset=utf-8",
    "channel.js": SCRIPT,
    "copy.js": SCRIPT,
    "forms.js": SCRIPT,
    "keys.js": SCRIPT,
    "log.js": SCRIPT,
    "sending.js": SCRIPT,
    "stream.js": SCRIPT,
    "times.js": SCRIPT,
];

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let parts = ALL.iter().flat_map(|one| [one.name, "\n", one.text, "\n"]);
    let hash = parts.fold(Sha256::new(), Sha256::chain_update).finalize();
    let mut name = URL_SAFE_NO_PAD.encode(hash);
    name.truncate(SIGNS);
    name
});

/// The address of a file.
pub(crate) fn path(name: &str) -> String {
    format!("{FOLDER}/{}/{name}", *VERSION)
}

/// The file of this name in the folder of this version; `None` where there is none.
pub fn answer(req: &HttpRequest, version: &str, name: &str) -> Option<HttpResponse> {
    let asset = ALL.iter().find(|one| one.name == name)?;
    if version != VERSION.as_str() {
        return None;
    }
    let tag = format!("\"{version}\"");
    let known = req.headers().get_all(IF_NONE_MATCH);
    let is_known = known
        .filter_map(|header| header.to_str().ok())
        .any(|header| header.contains(&tag));
    let mut answer = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((ETAG, tag));
    Some(if is_known {
        answer.finish()
    } else {
        answer.content_type(asset.media_type).body(asset.text)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use actix_web::test::TestRequest;

    use super::*;

    /// Bytes after compression, as `gzip` does it.
    fn compressed(text: &str) -> usize {
        let mut gzip = Command::new("gzip")
            .arg("-9c")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        gzip.stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        gzip.wait_with_output().unwrap().stdout.len()
    }

    #[test]
    fn a_page_loads_little() {
        let size = |ending: &str| -> usize {
            let those = ALL.iter().filter(|one| one.name.ends_with(ending));
            those.map(|one| compressed(one.text)).sum()
        };
        let (script, style) = (size(".js"), size(".css"));
        assert!(script > 1_000 && script <= 15 * 1024, "script: {script}");
        let style = style + compressed(include_str!("style.css"));
        assert!(style > 500 && style <= 12 * 1024, "style: {style}");
    }

    #[test]
    fn nothing_comes_from_elsewhere() {
        for one in &ALL {
            for sign in [
                "http:",
                "https:",
                "//cdn",
                "@import",
                "url(",
                "eval(",
                "innerHTML =",
            ] {
                assert!(!one.text.contains(sign), "{sign} in {}", one.name);
            }
            for (_, rest) in one
                .text
                .match_indices("from './")
                .map(|(at, _)| one.text.split_at(at))
            {
                let name = rest
                    .trim_start_matches("from './")
                    .split('\'')
                    .next()
                    .unwrap();
                assert!(
                    ALL.iter().any(|other| other.name == name),
                    "{name} of {}",
                    one.name
                );
            }
        }
    }

    #[test]
    fn each_is_answered_for_good_and_no_other_version() {
        let fresh = TestRequest::get().to_http_request();
        for one in &ALL {
            let found = answer(&fresh, &VERSION, one.name).unwrap();
            assert_eq!(found.status(), 200);
            let tag = found.headers().get(ETAG).unwrap().clone();
            let kept = TestRequest::get().insert_header((IF_NONE_MATCH, tag));
            let again = answer(&kept.to_http_request(), &VERSION, one.name).unwrap();
            assert_eq!(again.status(), 304);
            assert!(answer(&fresh, "0123456789abcdef", one.name).is_none());
        }
        assert!(answer(&fresh, &VERSION, "style.css").is_none());
    }
}
