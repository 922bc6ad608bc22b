//! Where a request's head and its body end, found in the bytes as they pass by. This decides only
//! *when* bytes are handed on; what they say is the framework's to read, and what it refuses is
//! refused whatever is found here.

use memchr::memchr;

/// Looks for the empty line at the end of a head.
#[derive(Debug, Default)]
pub(super) struct Head {
    bytes: usize,
    /// A line with something in it came by: empty ones before the first are skipped.
    has_begun: bool,
    line: Begun,
}

/// What the line has in it that is not at its end yet.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Begun {
    #[default]
    Nothing,
    /// A carriage return alone.
    Return,
    Something,
}

impl Head {
    /// How many bytes came by.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Goes through `bytes`. `Some` when the head ends in them: how many of them are its own.
    pub(super) fn end_in(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut rest = bytes;
        while let Some(length) = memchr(b'\n', rest) {
            let (line, next) = rest.split_at(length);
            rest = next.get(1..).unwrap_or_default();
            let is_empty = !self.has_more_than_an_end(line);
            if is_empty && self.has_begun {
                let taken = bytes.len() - rest.len();
                self.bytes += taken;
                return Some(taken);
            }
            self.has_begun |= !is_empty;
            self.line = Begun::Nothing;
        }
        self.line = match (self.line, rest) {
            (begun, []) => begun,
            (Begun::Nothing, [b'\r']) => Begun::Return,
            _ => Begun::Something,
        };
        self.bytes += bytes.len();
        None
    }

    fn has_more_than_an_end(&self, line: &[u8]) -> bool {
        match self.line {
            Begun::Nothing => !matches!(line, [] | [b'\r']),
            Begun::Return => !line.is_empty(),
            Begun::Something => true,
        }
    }
}

/// Where a body ends, by what its head has announced.
#[derive(Debug)]
pub(super) enum Body {
    /// After so many more bytes.
    Sized(u64),
    /// After its last chunk.
    Chunked(Chunked),
    /// With the connection.
    Endless,
}

impl Body {
    /// How many of `bytes` are the body's: all but what follows its end.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        match self {
            Self::Sized(left) => skip(left, bytes),
            Self::Chunked(chunked) => chunked.take(bytes),
            Self::Endless => bytes.len(),
        }
    }

    /// True when its last byte was taken.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Sized(0) | Self::Chunked(Chunked::End))
    }
}

fn skip(left: &mut u64, bytes: &[u8]) -> usize {
    let taken = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
    *left = left.saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
    taken
}

/// How far a chunked body is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chunked {
    /// In the line that says how long a chunk is; after its digits it may have extensions.
    Size { size: u64, is_read: bool },
    /// In a chunk, with so many bytes left, the end of its line among them.
    Data(u64),
    /// In a line after the last chunk. An empty one is the end.
    Trailer { is_empty: bool },
    /// Past it.
    End,
}

/// A chunk is followed by the end of a line.
const LINE_END: u64 = 2;

impl Default for Chunked {
    fn default() -> Self {
        Self::Size {
            size: 0,
            is_read: false,
        }
    }
}

impl Chunked {
    fn take(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some((first, next)) = rest.split_first() {
            match self {
                Self::End => break,
                Self::Data(left) => {
                    let taken = skip(left, rest);
                    rest = rest.get(taken..).unwrap_or_default();
                    if *left == 0 {
                        *self = Self::default();
                    }
                }
                Self::Size { size, is_read } => {
                    rest = next;
                    match (*first, char::from(*first).to_digit(16)) {
                        (b'\n', _) if *size == 0 => *self = Self::Trailer { is_empty: true },
                        (b'\n', _) => *self = Self::Data(size.saturating_add(LINE_END)),
                        (_, Some(digit)) if !*is_read => {
                            *size = size.saturating_mul(16).saturating_add(u64::from(digit));
                        }
                        _ => *is_read = true,
                    }
                }
                Self::Trailer { is_empty } => {
                    rest = next;
                    match (*first, *is_empty) {
                        (b'\n', true) => *self = Self::End,
                        (b'\n', false) => *is_empty = true,
                        (b'\r', _) => {}
                        _ => *is_empty = false,
                    }
                }
            }
        }
        bytes.len() - rest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the head ends, however it is cut.
    fn head_end(text: &str) -> Option<usize> {
        let whole = Head::default().end_in(text.as_bytes());
        for size in 1..=text.len() {
            let mut head = Head::default();
            let mut before = 0;
            let found = text.as_bytes().chunks(size).find_map(|piece| {
                let end = head.end_in(piece).map(|end| before + end);
                before += piece.len();
                end
            });
            assert_eq!(found, whole, "in pieces of {size}: {text:?}");
            assert_eq!(head.bytes(), whole.unwrap_or(text.len()));
        }
        whole
    }

    #[test]
    fn a_head_ends_with_its_first_empty_line() {
        for (head, rest) in [
            ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET"),
            ("GET / HTTP/1.1\nHost: h\n\n", "\n\n"),
            ("GET / HTTP/1.1\r\n\n", "{}"),
            ("\r\n\r\n\nGET / HTTP/1.1\r\n\r\n", ""),
            ("\r\n\rx\r\n\r\n", "y"),
        ] {
            assert_eq!(
                head_end(&format!("{head}{rest}")),
                Some(head.len()),
                "{head:?}"
            );
        }
        for open in [
            "",
            "\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n",
            "a\r\n\r",
            "a\n\r\r\n",
        ] {
            assert_eq!(head_end(open), None, "{open:?}");
        }
    }

    /// How much of the text is the body, however it is cut, and whether its end is in it.
    fn body_end(body: impl Fn() -> Body, text: &str) -> (usize, bool) {
        let mut whole = body();
        let taken = whole.take(text.as_bytes());
        for size in 1..=text.len() {
            let mut cut = body();
            let pieces = text.as_bytes().chunks(size);
            let sum: usize = pieces.map(|piece| cut.take(piece)).sum();
            assert_eq!(
                (sum, cut.is_over()),
                (taken, whole.is_over()),
                "by {size}: {text:?}"
            );
        }
        (taken, whole.is_over())
    }

    #[test]
    fn a_body_ends_where_its_head_said() {
        let sized = || Body::Sized(5);
        assert_eq!(body_end(sized, "hello, you"), (5, true));
        assert_eq!(body_end(sized, "hell"), (4, false));
        assert_eq!(body_end(|| Body::Endless, "hello"), (5, false));
        let huge = || Body::Sized(u64::MAX);
        assert_eq!(body_end(huge, "hello"), (5, false));
    }

    #[test]
    fn chunks_end_with_an_empty_line_after_the_last() {
        let chunked = || Body::Chunked(Chunked::default());
        for body in [
            "5\r\nhello\r\n0\r\n\r\n",
            "1\r\n\n\r\nA\r\n0\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
            "00002;name=\"5\"\r\nhe\r\n0\r\nTrailer: 1\r\nOther: 2\r\n\r\n",
            "3 \r\n\r\n0\r\n0\r\n\r\n",
        ] {
            assert_eq!(body_end(chunked, body), (body.len(), true), "{body:?}");
            let more = format!("{body}GET / HTTP/1.1");
            assert_eq!(body_end(chunked, &more), (body.len(), true), "{body:?}");
            let open = body.get(..body.len() - 1).unwrap();
            assert_eq!(body_end(chunked, open), (open.len(), false), "{body:?}");
        }
        let endless = "ffffffffffffffffffff\r\nhello\r\n0\r\n\r\n";
        assert_eq!(body_end(chunked, endless), (endless.len(), false));
    }
}
