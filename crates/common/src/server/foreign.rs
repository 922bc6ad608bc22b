//! A page of another site, as its refusal tells of it.

/// The page that a request comes from and may not, and where it came to.
#[derive(Debug)]
pub struct Foreign {
    /// What the header says of itself; no more of it than an origin has.
    pub page: String,
    /// Where people reach the server.
    pub own: String,
}

impl Foreign {
    /// For whoever writes the client, and for whoever runs the server.
    pub fn sentence(&self) -> String {
        format!(
            "A page of {} may not do this at {}: its origin is not in the setting allowed_origins.",
            self.page, self.own
        )
    }

    pub(super) fn log(&self) {
        tracing::info!(
            origin = %self.page,
            own = %self.own,
            "refused a page of another site: its origin is neither public_url nor in allowed_origins"
        );
    }
}
