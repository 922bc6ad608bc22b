//! What pages say about asking for an account.

mod en;
mod pt;

words! {
    /// What pages say about asking for an account.
    Apply as apply;
    /// A page, and the link to it.
    title,
    /// What it is, where super users say nothing themselves.
    text,
    /// Where nobody may ask.
    closed,
    /// What to do then.
    closed_next,
    /// A field.
    name,
    /// Its hint.
    name_hint,
    /// What is wrong with it.
    name_wrong,
    /// A field.
    email,
    /// Its hint.
    email_hint,
    /// What is wrong with it.
    email_wrong,
    /// A field.
    message,
    /// Its hint.
    message_hint,
    /// What is wrong with it: `{most}`.
    message_wrong,
    /// What is wrong with an answer: `{most}`.
    answer_wrong,
    /// A button.
    send,
    /// What is asked has changed meanwhile.
    changed,
    /// So many wait that nobody could decide them all.
    too_many,
    /// A page.
    sent,
    /// What now.
    sent_text,
    /// A field, with what one looks a wish up by.
    secret,
    /// Its hint.
    secret_hint,
    /// A button, and the page.
    look,
    /// Who knows the secret of nothing.
    unknown,
    /// How it stands.
    waits,
    /// How it stands.
    welcome,
    /// A link.
    come_in,
    /// How it stands.
    came,
    /// How it stands.
    no,
    /// How it stands.
    taken_back,
    /// How it stands.
    over,
    /// A button.
    withdraw,
    /// The page of super users, and the link to it.
    form,
    /// What it is for.
    form_text,
    /// A box.
    is_open,
    /// A field.
    welcome_label,
    /// Its hint.
    welcome_hint,
    /// A field: `{number}`.
    question,
    /// What is wrong with one of these: `{most}`.
    too_long,
    /// A button.
    save,
    /// What was done.
    saved,
    /// Somebody else has edited it meanwhile.
    edited,
    /// Who asks: `{name}`.
    asks,
    /// A link to all that they say.
    read,
    /// Where an address stands: `{email}`.
    address,
}
