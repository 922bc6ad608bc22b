//! Groups and their members: what they are, and what may be said of one.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::{id_type, page, text, text_enum};

id_type! {
    /// A group, inside; its contract shows the UUID.
    GroupId
}

id_type! {
    /// A membership, inside; its contract shows the UUID.
    MembershipId
}

text_enum! {
    /// What a member may do.
    Role {
        /// Decides who comes in, and everything else about the group.
        Admin = "ADMIN",
        /// Is in.
        Member = "MEMBER",
    }
}

text_enum! {
    /// What a group is, in its contract's words; nothing follows from it here.
    GroupType {
        /// One of a university's, with its colours.
        Athletic = "ATHLETIC",
        /// People who play together.
        Amateur = "AMATEUR",
    }
}

impl Role {
    const ADMIN: i64 = 1;

    /// The number for the column of grants.
    pub(crate) const fn bits(self) -> i64 {
        match self {
            Self::Admin => Self::ADMIN,
            Self::Member => 0,
        }
    }

    /// What [`Role::bits`] gave.
    pub(crate) const fn from_bits(bits: i64) -> Self {
        if bits == Self::ADMIN {
            Self::Admin
        } else {
            Self::Member
        }
    }
}

/// A group that exists.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Group {
    /// Its number.
    pub(crate) id: GroupId,
    /// What the contract shows.
    pub(crate) uuid: String,
    /// The name as it was given.
    pub(crate) name: String,
    /// What it is about.
    pub(crate) description: Option<String>,
    /// The sports it does, as a JSON list; [`Group::sports`] reads it.
    pub(crate) sports_json: String,
    /// Whether people may ask to come in. Without it admins still offer, and answer what was asked
    /// before.
    pub(crate) accepting_new_members: bool,
    /// Whether it asks to be verified; nothing follows from it here.
    pub(crate) verification_request: bool,
    /// What it is.
    pub(crate) kind: GroupType,
    /// When it was made.
    pub(crate) created_at: Millis,
    /// When it was last edited.
    pub(crate) updated_at: Millis,
}

/// Bytes of JSON around a group's texts: the names of its members, ids and times.
const AROUND: usize = 300;

impl Group {
    /// Bytes that it takes as JSON.
    pub(crate) fn written(&self) -> usize {
        let description = self.description.as_deref().map_or(0, page::written);
        AROUND + page::written(&self.name) + description + self.sports_json.len()
    }

    /// The sports it does.
    pub(crate) fn sports(&self) -> Vec<String> {
        serde_json::from_str(&self.sports_json).unwrap_or_default()
    }
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Membership {
    /// Its number.
    pub(crate) id: MembershipId,
    /// What the contract shows.
    pub(crate) uuid: String,
    /// In which group.
    pub(crate) group_id: GroupId,
    /// Who.
    pub(crate) user_id: UserId,
    /// What they may do.
    pub(crate) role: Role,
    /// Whether they made the group.
    pub(crate) is_creator: bool,
    /// Since when.
    pub(crate) created_at: Millis,
}

/// A name that a group may have: a [name](text::is_name) of 2 to 100 characters with no slash in it,
/// because it is a part of a path; for the same reason neither `..` nor `open`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupName(String);

impl GroupName {
    /// `None` when the text cannot be a group's name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let fits = text::is_name(name, 2, 100)
            && !name.contains(['/', '\\'])
            && name != ".."
            // `GET /group/open` lists groups.
            && text::fold(name) != "open";
        fits.then(|| Self(name.to_owned()))
    }

    /// The name as it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which names are compared.
    pub(crate) fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

/// What a group may say of itself beside its name; all of it optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// At most 1,000 characters.
    pub(crate) description: Option<String>,
    /// At most 50, of at most 50 characters each.
    pub(crate) sports: Option<Vec<String>>,
    /// See [`Group::accepting_new_members`]; a new group that says nothing does.
    pub(crate) accepting_new_members: Option<bool>,
    /// See [`Group::verification_request`].
    pub(crate) verification_request: Option<bool>,
    /// What it is; a new group that says nothing is of amateurs.
    pub(crate) group_type: Option<GroupType>,
}

impl About {
    /// True when everything is as long as it may be.
    pub(crate) fn fits(&self) -> bool {
        self.description
            .as_ref()
            .is_none_or(|it| text::has_length(it, 0, 1_000))
            && self.sports.as_ref().is_none_or(|list| {
                list.len() <= 50 && list.iter().all(|it| text::has_length(it, 1, 50))
            })
    }
}

/// How a group is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WhichGroup {
    /// By its number.
    Id(GroupId),
    /// By what the contract shows.
    Uuid(String),
    /// By its name: the [keys](text::keys) under which it may stand.
    Name(Vec<String>),
}

impl WhichGroup {
    /// The one that is called so.
    pub(crate) fn named(name: &str) -> Self {
        Self::Name(text::keys(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_stand_in_a_path() {
        for good in ["FC", "Vôlei às 7", "Futsal 50%", "a.b"] {
            assert!(GroupName::parse(good).is_some(), "{good:?}");
        }
        for bad in [
            "",
            "a",
            " ab",
            "ab ",
            "a/b",
            "a\\b",
            "..",
            "a\nb",
            "a\u{202e}b",
            "Open",
            "\u{3164}\u{3164}",
        ] {
            assert!(GroupName::parse(bad).is_none(), "{bad:?}");
        }
        assert!(GroupName::parse(&"a".repeat(101)).is_none());
    }

    #[test]
    fn what_a_group_says_is_bounded() {
        assert!(About::default().fits());
        let long = About {
            description: Some("a".repeat(1_001)),
            ..About::default()
        };
        assert!(!long.fits());
        let many = About {
            sports: Some(vec!["futsal".to_owned(); 51]),
            ..About::default()
        };
        assert!(!many.fits());
    }
}
