//! A secret that opens an invitation, and what its text looks like.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::Queryable;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TOKEN_BYTES, TokenHash, random_bytes};
use percent_encoding::percent_decode_str;

use crate::domain::invitation::{InvitationId, SecretId};

/// What stands before a secret, so that scanners for secrets in code find it.
const PREFIX: &str = "lki_";

/// A row of the table; the secret itself was shown once.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct SecretRow {
    /// Its number.
    pub(crate) id: SecretId,
    /// What it opens.
    pub(crate) invitation_id: InvitationId,
    /// What its maker calls it.
    pub(crate) label: Option<String>,
    /// When it was made.
    pub(crate) created_at: Millis,
    /// Since when it opens nothing.
    pub(crate) revoked_at: Option<Millis>,
}

/// A new secret of 256 random bits, and the hash to store for it.
pub(crate) fn new_secret() -> Result<(Secret, TokenHash), Fault> {
    let bytes = random_bytes::<TOKEN_BYTES>()?;
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
    let hash = TokenHash::of(&text);
    Ok((Secret::new(text), hash))
}

/// Signs of a secret without what stands before or behind it: 32 bytes as base64.
const BARE_CHARS: usize = 43;

/// The secret in what somebody pastes: with or without its link, the blanks around it, the `=` at its end, and what
/// programs for mail and chat break into it or put around it.
pub(crate) fn pasted(text: &str) -> Secret {
    let plain = percent_decode_str(text).decode_utf8_lossy();
    let whole: String = plain.chars().filter(|c| !is_lost_in_paste(*c)).collect();
    // `;t=` is `&amp;t=`, as the source of a page has it.
    let mut marks = ["?t=", "&t=", ";t="].iter();
    let link = marks.find_map(|mark| Some(whole.rsplit_once(mark)?.1));
    let end = match link.or_else(|| whole.strip_prefix("t=")) {
        Some(end) => end,
        None if whole.contains("://") => {
            let path = whole.split(['?', '#']).next().unwrap_or_default();
            path.trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or_default()
        }
        None => whole.as_str(),
    };
    let end = end.split(['&', '#']).next().unwrap_or_default();
    let is_of_secret = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let bare = end.trim_matches(|c: char| !is_of_secret(c));
    Secret::new(if bare.starts_with(PREFIX) || bare.len() != BARE_CHARS {
        bare.to_owned()
    } else {
        // As the chat contract shows it.
        format!("{bare}=")
    })
}

/// Blanks, breaks, and what cannot be seen.
fn is_lost_in_paste(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "iyKaI1tAIqM033hDAGXuyJo4ZPPRpFrEiXOFr6jUwf-=";

    #[test]
    fn a_secret_is_found_in_what_is_pasted() {
        let bare = TOKEN.trim_end_matches('=');
        let encoded = TOKEN.replace('=', "%3D");
        let (front, rest) = TOKEN.split_at(20);
        for text in [
            TOKEN,
            bare,
            &encoded,
            &format!("  {TOKEN}\n"),
            &format!("{front}\r\n {rest}"),
            &format!("\u{200b}{bare}\u{feff}"),
            &format!("https://chat.example/register?t={TOKEN}"),
            &format!("<https://chat.example/register?t={encoded}>."),
            &format!("https://chat.example/register?x=1&amp;t={TOKEN}&utm=x"),
            &format!("https%3A%2F%2Fchat.example%2Fregister%3Ft%3D{bare}"),
            &format!("t={bare}"),
            &format!("\u{201c}{TOKEN}\u{201d}"),
            &format!("{TOKEN}="),
        ] {
            assert_eq!(pasted(text).expose(), TOKEN, "{text:?}");
        }
        let odd = format!("{}t=", "A".repeat(42));
        assert_eq!(pasted(&odd).expose(), odd);
        assert_eq!(
            pasted(&format!("https://chat.example/register?t={odd}")).expose(),
            odd
        );
        let ours = format!("{PREFIX}{bare}");
        for text in [
            ours.as_str(),
            &format!("{ours}="),
            &format!("https://chat.example/i/{ours}"),
            &format!("https://chat.example/i/{ours}/?utm=x#top"),
        ] {
            assert_eq!(pasted(text).expose(), ours, "{text:?}");
        }
        for none in [
            "",
            " ",
            "===",
            "https://",
            "\u{200b}",
            "https://chat.example/",
        ] {
            assert_ne!(pasted(none).expose().len(), TOKEN.len(), "{none:?}");
        }
        assert_eq!(pasted("hello there").expose(), "hellothere");
    }

    #[test]
    fn a_secret_is_long_and_says_what_it_is() {
        let (one, hash) = new_secret().unwrap();
        let (two, _) = new_secret().unwrap();
        assert_ne!(one, two);
        let bare = one.expose().strip_prefix(PREFIX).unwrap();
        assert_eq!(bare.len(), 43);
        assert_eq!(TokenHash::of(one.expose()), hash);
    }
}
