//! A link as a picture for cameras.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of white around it, as its standard wants them.
const QUIET: i32 = 4;

/// The picture, dark on white also where pages are dark: cameras want it so. `None`: the text is too long for one.
pub fn qr(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut dark = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                // Writing to a text cannot fail.
                let _ = write!(dark, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    let size = code.size() + 2 * QUIET;
    let seen = format!("0 0 {size} {size}");
    Some(html! {
        svg.qr role="img" aria-label=(label) viewBox=(seen) xmlns="http://www.w3.org/2000/svg" {
            rect width=(size) height=(size) fill="#fff" {}
            path d=(dark) fill="#000" {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_picture_with_its_corners() {
        let picture = qr("https://chat.example/i/lki_x", "<a>").unwrap();
        let picture = picture.into_string();
        assert!(picture.contains("aria-label=\"&lt;a&gt;\""), "{picture}");
        // The first row of the first corner: seven dark ones, after the white around it.
        for x in 4..11 {
            assert!(picture.contains(&format!("M{x},4h1v1h-1z")), "{picture}");
        }
        assert!(!picture.contains("M11,4h"), "{picture}");
        assert!(qr(&"x".repeat(5_000), "").is_none());
    }
}
