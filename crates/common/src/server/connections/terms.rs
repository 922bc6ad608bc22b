//! How long a client may take, as the settings say it. What is measured against that is the talk's.

/// What a client has time and room for. Times in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// For a head, from its first byte or from the connection's beginning.
    pub(super) head: u64,
    /// Between an answer and the next head.
    pub(super) keep_alive: u64,
    /// For a body, from its head's end.
    pub(super) body: u64,
    /// For taking some more of an answer.
    pub(super) answer: u64,
    /// The longest head in bytes.
    pub(super) head_bytes: usize,
}
