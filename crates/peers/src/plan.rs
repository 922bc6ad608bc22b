//! Which services there are, who asks whom and who seals what it stores. Whatever goes through the
//! services one by one takes them from here, so that a further service is a further line.

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// As it is written in paths and tables, in tokens and in the names of programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Channels => "channels",
            Self::Invitations => "invitations",
            Self::Discord => "discord",
        }
    }

    /// As it is written in variables: `LATCHKEY_<UPPER>__PUBLIC_KEY`.
    pub fn upper(self) -> String {
        self.name().to_uppercase()
    }

    /// Its program.
    pub fn binary(self) -> String {
        format!("latchkey-{}", self.name())
    }

    /// Whom it asks. Calls go one way: somebody who stands before it in [`Service::ALL`].
    pub const fn asks(self) -> &'static [Self] {
        match self {
            Self::Users => &[],
            Self::Channels | Self::Discord => &[Self::Users],
            Self::Invitations => &[Self::Users, Self::Channels],
        }
    }

    /// Who asks it.
    pub fn askers(self) -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter();
        all.filter(move |other| other.asks().contains(&self))
    }

    /// Whether it seals secrets: then it must be given the master key.
    pub const fn seals(self) -> bool {
        matches!(self, Self::Users | Self::Invitations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_go_one_way() {
        for service in Service::ALL {
            assert!(service.asks().iter().all(|asked| *asked < service));
        }
        let askers: Vec<Service> = Service::Users.askers().collect();
        assert_eq!(askers, &Service::ALL[1..]);
    }
}
