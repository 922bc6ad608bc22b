//! What the page says that makes a link.

mod en;
mod pt;

words! {
    /// What the page says that makes a link.
    Invite as invite;
    /// A page.
    title,
    /// Above what may be given.
    gives,
    /// A choice.
    account,
    /// A choice: `{target}`.
    channel,
    /// A choice: `{target}`.
    group,
    /// A choice: `{target}`.
    namespace,
    /// Above permissions; to read is always among them.
    may,
    /// A choice: `{target}`.
    as_admin,
    /// Where nothing may be given.
    nothing,
    /// A link.
    to_channels,
    /// Above for whom it is.
    whom,
    /// A field.
    recipient,
    /// Its hint.
    recipient_hint,
    /// A field.
    uses,
    /// Its hint: `{most}`.
    uses_hint,
    /// A field.
    end,
    /// A choice.
    end_day,
    /// A choice.
    end_week,
    /// A choice.
    end_month,
    /// A choice.
    end_never,
    /// A field.
    message,
    /// Its hint.
    message_hint,
    /// A choice.
    asks,
    /// A field.
    label,
    /// Its hint.
    label_hint,
    /// What is wrong with it.
    long_label,
    /// A choice that the form does not have.
    odd,
    /// A button.
    copy,
    /// That it has copied.
    copied,
    /// What to do where a page may not copy.
    copy_by_hand,
    /// A button.
    make,
    /// The link is made.
    made_title,
    /// What to do with it.
    made_once,
    /// What the picture is.
    qr,
    /// Above what it gives.
    gives_this,
    /// A link.
    see,
    /// A link.
    another,
    /// Above a form that came back.
    wrong,
    /// What is wrong.
    choose,
    /// What is wrong.
    too_many,
    /// What is wrong: `{most}`.
    bad_uses,
    /// What is wrong.
    long_message,
    /// What is wrong.
    for_one,
    /// What is wrong.
    for_account,
    /// What is wrong.
    for_asking,
    /// What is wrong.
    no_such_person,
    /// What is wrong.
    takes_none,
    /// What is wrong.
    member,
    /// What is wrong.
    open_already,
    /// What is wrong.
    not_yours,
    /// What is wrong.
    gone,
    /// What is wrong.
    may_not,
    /// What is wrong.
    quota,
}
