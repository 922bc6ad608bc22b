//! What the pages say where somebody takes the own data along, or deletes the account.

mod en;
mod pt;

words! {
    /// What the pages say where somebody takes the own data along, or deletes the account.
    Mine as mine;
    /// A page, and the link to it.
    data_title,
    /// Above a button.
    take,
    /// What it does.
    take_text,
    /// A button.
    take_button,
    /// Above numbers: `{name}`.
    data_count,
    /// How many.
    data_channels,
    /// How many.
    data_owned,
    /// How many.
    data_groups,
    /// How many.
    data_namespaces,
    /// How many.
    data_open,
    /// How many.
    data_waiting,
    /// What becomes of it.
    data_delete,
    /// A page, and the link to it.
    delete_title,
    /// A link.
    delete_count,
    /// Above what happens: `{name}`.
    delete_now,
    /// What happens: `{sessions}`, `{tokens}`.
    delete_account,
    /// What happens.
    delete_messages,
    /// What happens.
    delete_channels,
    /// What happens.
    delete_groups,
    /// What happens.
    delete_namespaces,
    /// What happens.
    delete_invitations,
    /// What happens.
    delete_rest,
    /// What is kept.
    delete_kept,
    /// What to know.
    delete_final,
    /// A field.
    password,
    /// What is wrong.
    password_missing,
    /// What is wrong.
    password_wrong,
    /// A button.
    delete_button,
    /// A link.
    back,
    /// Above a form that came back.
    not_deleted,
    /// What is wrong.
    last,
    /// A page.
    deleted_title,
    /// What to know.
    deleted_text,
    /// A link.
    deleted_home,
}
