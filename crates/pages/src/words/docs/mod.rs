//! What the pages say that explain the contracts. The documents themselves speak English.

mod en;
mod pt;

words! {
    /// What the pages say that explain the contracts.
    Docs as docs;
    /// A page.
    title,
    /// What it is about.
    text,
    /// How many: `{count}`.
    calls,
    /// A link back.
    all,
    /// A link.
    document,
    /// Above a field.
    find,
    /// A field.
    find_label,
    /// A button.
    find_button,
    /// An empty list.
    find_nothing,
    /// Above the list.
    operations,
    /// Above the list.
    shapes,
    /// What opens the rest of a call: `{name}`.
    more,
    /// Before the ways to be known.
    known_by,
    /// A call without such a way.
    everybody,
    /// Above what is sent beside the body.
    takes,
    /// A member that must be there.
    required,
    /// Above the body.
    body,
    /// Above the answers.
    answers,
    /// Before codes.
    problems,
    /// Above an example.
    example,
    /// Above a line for a terminal.
    terminal,
    /// A button.
    copy,
    /// What it says after.
    copied,
    /// What it says where it could not.
    copy_by_hand,
}
