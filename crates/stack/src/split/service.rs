//! The four services and who asks whom.

/// A service of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Accounts, sessions, credentials.
    Users,
    /// Channels, messages, live events.
    Channels,
    /// The engine of all kinds of invitations.
    Invitations,
    /// One Discord link per user.
    Discord,
}

impl Service {
    /// All of them; who is asked stands before who asks.
    pub const ALL: [Self; 4] = [
        Self::Users,
        Self::Channels,
        Self::Invitations,
        Self::Discord,
    ];

    /// As it is written in paths and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Channels => "channels",
            Self::Invitations => "invitations",
            Self::Discord => "discord",
        }
    }

    /// As it is written in settings.
    pub fn upper(self) -> String {
        self.name().to_uppercase()
    }

    /// Its program.
    pub fn binary(self) -> String {
        format!("latchkey-{}", self.name())
    }

    /// Whom it asks.
    pub const fn asks(self) -> &'static [Self] {
        match self {
            Self::Users => &[],
            Self::Channels | Self::Discord => &[Self::Users],
            Self::Invitations => &[Self::Users, Self::Channels],
        }
    }

    /// Whether it seals secrets.
    pub const fn seals(self) -> bool {
        matches!(self, Self::Users | Self::Invitations)
    }

    pub(super) fn index(self) -> u16 {
        Self::ALL
            .iter()
            .zip(0..)
            .find_map(|(known, at)| (*known == self).then_some(at))
            .unwrap_or_default()
    }
}
