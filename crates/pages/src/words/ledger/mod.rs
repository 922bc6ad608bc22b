//! What the page says that has everybody's invitations.

mod en;
mod pt;

words! {
    /// What the page says that has everybody's invitations.
    Ledger as ledger;
    /// A page.
    title,
    /// What is there.
    text,
    /// What opens the fields.
    filter,
    /// A field.
    state,
    /// A choice.
    any_state,
    /// A state.
    accepted,
    /// A field.
    kind,
    /// A choice.
    any_kind,
    /// A kind.
    account,
    /// A kind.
    channel,
    /// A kind.
    group,
    /// A kind.
    choir,
    /// A kind.
    namespace,
    /// A field.
    target,
    /// Its hint.
    target_hint,
    /// What is wrong with it.
    target_bad,
    /// A field.
    maker,
    /// A field.
    recipient,
    /// A hint of both.
    name_hint,
    /// What is wrong with a name.
    nobody,
    /// A field.
    label,
    /// Its hint.
    label_hint,
    /// What is wrong with a choice.
    odd,
    /// A button.
    show,
    /// An empty list.
    none,
    /// Who made it: `{name}`.
    by,
    /// It was made by no person.
    by_nobody,
    /// Somebody asks.
    request,
}
