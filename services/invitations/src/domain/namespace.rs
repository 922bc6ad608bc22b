//! Namespaces: trees of names that belong to one person, and who may see them.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::{id_type, text, text_enum};

/// How many names a path holds at most.
pub const MAX_DEPTH: usize = 20;

/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 255;

id_type! {
    /// A namespace.
    NamespaceId
}

text_enum! {
    /// Who sees a namespace and everything below it.
    Visibility {
        /// Its owner and the collaborators.
        Private = "private",
        /// Everybody with an account.
        Internal = "internal",
        /// Everybody.
        Public = "public",
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Namespace {
    /// Its number.
    pub id: NamespaceId,
    /// Whose it is, and the whole tree.
    pub owner_id: UserId,
    /// The top of its tree; its own number there.
    pub root_id: NamespaceId,
    /// What it lies in; `None` at the top.
    pub parent_id: Option<NamespaceId>,
    /// The last name of its path.
    pub name: String,
    /// All names from the top down, with slashes between.
    pub path: String,
    /// A text for people, maybe empty.
    pub description: String,
    /// Who sees it.
    pub visibility: Visibility,
    /// When it was made.
    pub created_at: Millis,
}

impl Namespace {
    /// True when `who` may see it; `None` is somebody without an account.
    pub fn is_visible_to(&self, who: Option<UserId>, is_collaborator: bool) -> bool {
        match self.visibility {
            Visibility::Public => true,
            Visibility::Internal => who.is_some(),
            Visibility::Private => is_collaborator || who == Some(self.owner_id),
        }
    }
}

/// A row of the table of collaborators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Collaborator {
    /// Who.
    pub user_id: UserId,
    /// When they came in.
    pub created_at: Millis,
}

/// What is wrong with one member of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Complaint {
    /// The member.
    pub field: &'static str,
    /// A sentence for whoever filled it in.
    pub sentence: &'static str,
}

/// One name: 3 to 32 letters and digits. Only ASCII: it stands in addresses.
pub fn is_name(text: &str) -> bool {
    text::has_length(text, 3, 32) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Names with slashes between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespacePath(Vec<String>);

impl NamespacePath {
    /// `None` when a part is no name or there are too many.
    pub fn parse(text: &str) -> Option<Self> {
        let names: Vec<String> = text
            .split('/')
            .take(MAX_DEPTH + 1)
            .map(str::to_owned)
            .collect();
        (names.len() <= MAX_DEPTH && names.iter().all(|name| is_name(name))).then_some(Self(names))
    }

    /// The path of `name` below this one; `None` when that is too deep.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<Self> {
        Self::parse(&format!("{self}/{name}"))
    }

    /// What lies above, and the last name.
    pub fn split(&self) -> (Option<Self>, &str) {
        match self.0.split_last() {
            Some((name, [])) => (None, name),
            Some((name, above)) => (Some(Self(above.to_vec())), name),
            None => (None, ""),
        }
    }

    /// The form in which paths are compared.
    pub fn folded(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl std::fmt::Display for NamespacePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_names_with_slashes() {
        let path = NamespacePath::parse("djinn/Cli/sub").unwrap();
        assert_eq!(path.to_string(), "djinn/Cli/sub");
        assert_eq!(path.folded(), "djinn/cli/sub");
        assert_eq!(path.split(), (NamespacePath::parse("djinn/Cli"), "sub"));
        assert_eq!(NamespacePath::parse("top").unwrap().split(), (None, "top"));
        let long = "a".repeat(33);
        for bad in [
            "",
            "ab",
            "/abc",
            "abc/",
            "abc//abc",
            "abc/-/invites",
            "a c",
            "äää",
            "abc\0",
            &long,
        ] {
            assert_eq!(NamespacePath::parse(bad), None, "{bad:?}");
        }
        let deepest = NamespacePath::parse(&["abc"; MAX_DEPTH].join("/")).unwrap();
        assert_eq!(deepest.child("abc"), None);
    }
}
