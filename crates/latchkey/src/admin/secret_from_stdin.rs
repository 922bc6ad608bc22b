//! A secret that a command is told on standard input, so that it stands in no list of processes.

use std::io::{self, Read as _};

use latchkey_process::Trouble;

/// Bytes beyond which it is none, far above the longest password.
const MOST: u64 = 65_536;

/// What some editors and shells put before a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// One line of text; its line break, and a byte order mark before it, are no part of it.
///
/// # Errors
/// In a sentence, for what somebody could not type again where the secret is asked for.
pub(super) fn secret_from_stdin() -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    io::stdin()
        .take(MOST.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Trouble::said(format!("cannot read from stdin: {error}")))?;
    read(bytes).map_err(|sentence| Trouble::said(format!("stdin: {sentence}")))
}

fn read(bytes: Vec<u8>) -> Result<String, &'static str> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST) {
        return Err("this is too long for a password or a token");
    }
    let text = String::from_utf8(bytes)
        .map_err(|_no_text| "this is no UTF-8 text; a shell that writes UTF-16 must be told so")?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    let line = text
        .strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text);
    if line.contains('\0') {
        return Err("there is a NUL in it, which nobody can type; was a binary file meant?");
    }
    if line.contains(['\n', '\r']) {
        return Err("there is more than one line; the secret must stand alone, on one");
    }
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_read_without_what_stands_around_it() {
        for given in [
            "pass word",
            "pass word\n",
            "pass word\r\n",
            "\u{feff}pass word",
            "\u{feff}pass word\r\n",
        ] {
            assert_eq!(read(given.into()).as_deref(), Ok("pass word"), "{given:?}");
        }
        // What can be typed is part of it.
        for kept in [" x ", "\tx", "x\u{feff}", "x\u{feff}y", ""] {
            assert_eq!(read(kept.into()).as_deref(), Ok(kept), "{kept:?}");
        }
    }

    #[test]
    fn what_nobody_can_type_is_refused() {
        for given in [
            "pass\0word",
            "password\0",
            "password\n\0",
            "pass\nword",
            "password\n\n",
            "pass\rword",
            "password\r",
            "\npassword",
            "pass\r\nword\n",
        ] {
            assert!(read(given.into()).is_err(), "{given:?}");
        }
        assert!(read(b"\xff\xfep\0".to_vec()).is_err());
        assert!(read(vec![b'x'; 65_537]).is_err());
        assert!(read(vec![b'x'; 65_536]).is_ok());
    }
}
