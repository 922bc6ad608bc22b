//! Namespaces: trees of names that belong to one person, and who may see them.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::{id_type, page, text, text_enum};

/// How many names a path holds at most.
pub(crate) const MAX_DEPTH: usize = 20;

/// The longest description, in characters.
pub(crate) const MAX_DESCRIPTION: usize = 255;

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
pub(crate) struct Namespace {
    /// Its number.
    pub(crate) id: NamespaceId,
    /// Whose it is, and the whole tree.
    pub(crate) owner_id: UserId,
    /// The top of its tree; its own number there.
    pub(crate) root_id: NamespaceId,
    /// What it lies in; `None` at the top.
    pub(crate) parent_id: Option<NamespaceId>,
    /// The last name of its path.
    pub(crate) name: String,
    /// All names from the top down, with slashes between.
    pub(crate) path: String,
    /// A text for people, maybe empty.
    pub(crate) description: String,
    /// Who sees it.
    pub(crate) visibility: Visibility,
    /// When it was made.
    pub(crate) created_at: Millis,
}

impl Namespace {
    /// True when `who` may see it; `None` is somebody without an account.
    pub(crate) fn is_visible_to(&self, who: Option<UserId>, is_collaborator: bool) -> bool {
        match self.visibility {
            Visibility::Public => true,
            Visibility::Internal => who.is_some(),
            Visibility::Private => is_collaborator || who == Some(self.owner_id),
        }
    }
}

/// A namespace, and what it lies in.
#[derive(Debug, Clone)]
pub(crate) struct Lineage {
    /// Itself.
    pub(crate) namespace: Namespace,
    /// What it lies in, from there up to the top of its tree.
    pub(crate) above: Vec<Namespace>,
}

/// How often a namespace's path stands in its JSON: by itself, and in its links.
const PATHS: usize = 11;
/// Bytes of its JSON beside paths and its text: the names of its members, the beginnings of links, its owner.
const AROUND: usize = 2_400;

impl Lineage {
    /// Bytes that it takes as JSON, where each namespace holds the one it lies in, whole.
    pub(crate) fn written(&self) -> usize {
        let all = std::iter::once(&self.namespace).chain(&self.above);
        all.map(|one| AROUND + PATHS * one.path.len() + page::written(&one.description))
            .sum()
    }
}

/// A row of the table of collaborators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(crate) struct Collaborator {
    /// Who.
    pub(crate) user_id: UserId,
    /// When they came in.
    pub(crate) created_at: Millis,
}

/// What is wrong with one member of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The member.
    pub(crate) field: &'static str,
    /// A sentence for whoever filled it in.
    pub(crate) sentence: &'static str,
}

/// One name: 3 to 32 letters and digits. Only ASCII: it stands in addresses.
pub(crate) fn is_name(text: &str) -> bool {
    text::is_name(text, 3, 32) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Names with slashes between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamespacePath(Vec<String>);

impl NamespacePath {
    /// `None` when a part is no name or there are too many.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let names: Vec<String> = text
            .split('/')
            .take(MAX_DEPTH + 1)
            .map(str::to_owned)
            .collect();
        (names.len() <= MAX_DEPTH && names.iter().all(|name| is_name(name))).then_some(Self(names))
    }

    /// The path of `name` below this one; `None` when that is too deep.
    #[must_use]
    pub(crate) fn child(&self, name: &str) -> Option<Self> {
        Self::parse(&format!("{self}/{name}"))
    }

    /// What lies above, and the last name.
    pub(crate) fn split(&self) -> (Option<Self>, &str) {
        match self.0.split_last() {
            Some((name, [])) => (None, name),
            Some((name, above)) => (Some(Self(above.to_vec())), name),
            None => (None, ""),
        }
    }

    /// The form in which paths are compared.
    pub(crate) fn folded(&self) -> String {
        text::fold(&self.to_string())
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
