//! What pages load beside themselves: scripts and styles, compiled in, as they are and compressed. They lie in a folder that
//! is named by what is in it, so that browsers keep them for good and never mix those of two releases.

use std::sync::LazyLock;

use actix_web::http::header::{
    AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, ETAG, Encoding, Header as _, IF_NONE_MATCH,
    VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Where the folder lies.
pub const FOLDER: &str = "/assets";

/// Signs of the folder's name: what is in it is ours, so that they need not withstand anybody.
const SIGNS: usize = 16;

/// A file that a page loads, and the same compressed.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    text: &'static str,
    gzip: &'static [u8],
    brotli: &'static [u8],
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! assets {
    ($($name:literal: $media_type:expr),+ $(,)?) => {
        [$(Asset {
            name: $name,
            media_type: $media_type,
            text: include_str!(concat!("../assets/", $name)),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
            brotli: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".br")),
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
    let (body, encoding) = asset.encoded(req);
    // What is compressed in another way is another thing to whoever keeps it (RFC 9110, 8.8.3.3).
    let tag = format!("\"{version}-{}\"", encoding.unwrap_or("plain"));
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
        .insert_header((VARY, "Accept-Encoding"))
        .insert_header((ETAG, tag));
    if is_known {
        return Some(answer.finish());
    }
    if let Some(encoding) = encoding {
        answer.insert_header((CONTENT_ENCODING, encoding));
    }
    Some(answer.content_type(asset.media_type).body(body))
}

impl Asset {
    /// The bytes that the client likes best, and how they are compressed: brotli before gzip, unless it says otherwise.
    /// Who takes nothing that there is gets the text as it is.
    fn encoded(&self, req: &HttpRequest) -> (&'static [u8], Option<&'static str>) {
        let there_are = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
        let accepted = AcceptEncoding::parse(req).ok();
        let chosen = accepted.and_then(|accepted| accepted.negotiate(there_are.iter()));
        if chosen == Some(Encoding::brotli()) {
            return (self.brotli, Some("br"));
        }
        if chosen == Some(Encoding::gzip()) {
            return (self.gzip, Some("gzip"));
        }
        (self.text.as_bytes(), None)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use actix_web::body::to_bytes;
    use actix_web::http::header::ACCEPT_ENCODING;
    use actix_web::test::TestRequest;

    use super::*;

    /// Bytes after `gzip` did this to them.
    fn gzip(how: &str, bytes: &[u8]) -> Vec<u8> {
        let mut gzip = Command::new("gzip")
            .arg(how)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        gzip.stdin.take().unwrap().write_all(bytes).unwrap();
        gzip.wait_with_output().unwrap().stdout
    }

    #[test]
    fn a_page_loads_little() {
        let size = |ending: &str| -> usize {
            let those = ALL.iter().filter(|one| one.name.ends_with(ending));
            those.map(|one| one.gzip.len()).sum()
        };
        let (script, style) = (size(".js"), size(".css"));
        assert!(script > 1_000 && script <= 15_000, "script: {script}");
        let style = style + gzip("-9c", include_bytes!("style.css")).len();
        assert!(style > 500 && style <= 12_000, "style: {style}");
        for one in &ALL {
            let sizes = (one.brotli.len(), one.gzip.len(), one.text.len());
            assert!(
                sizes.0 < sizes.1 && sizes.1 < sizes.2,
                "{}: {sizes:?}",
                one.name
            );
        }
    }

    #[test]
    fn what_is_compressed_is_the_same() {
        for one in &ALL {
            assert_eq!(gzip("-dc", one.gzip), one.text.as_bytes(), "{}", one.name);
            let mut text = Vec::new();
            brotli::BrotliDecompress(&mut &*one.brotli, &mut text).unwrap();
            assert_eq!(text, one.text.as_bytes(), "{}", one.name);
        }
    }

    #[actix_web::test]
    async fn each_client_gets_what_it_can_read() {
        let one = ALL.first().unwrap();
        let mut tags = Vec::new();
        for (accepted, encoding, body) in [
            (None, None, one.text.as_bytes()),
            (Some("gzip, deflate, br, zstd"), Some("br"), one.brotli),
            (Some("gzip, deflate"), Some("gzip"), one.gzip),
            (Some("br;q=0.5, gzip"), Some("gzip"), one.gzip),
            (Some("br;q=0, gzip;q=0"), None, one.text.as_bytes()),
            (Some("deflate"), None, one.text.as_bytes()),
            (Some("\"nonsense"), None, one.text.as_bytes()),
        ] {
            let mut asked = TestRequest::get();
            if let Some(accepted) = accepted {
                asked = asked.insert_header((ACCEPT_ENCODING, accepted));
            }
            let found = answer(&asked.to_http_request(), &VERSION, one.name).unwrap();
            let said = |name| found.headers().get(name).and_then(|it| it.to_str().ok());
            assert_eq!(said(CONTENT_ENCODING), encoding, "{accepted:?}");
            assert_eq!(said(VARY), Some("Accept-Encoding"), "{accepted:?}");
            tags.push((encoding, said(ETAG).unwrap().to_owned()));
            let sent = to_bytes(found.into_body()).await.unwrap();
            assert!(sent == body, "{accepted:?}");
        }
        for ((one, tag), (other, other_tag)) in tags.iter().zip(tags.iter().skip(1)) {
            assert_eq!(one == other, tag == other_tag, "{tag} and {other_tag}");
        }
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
