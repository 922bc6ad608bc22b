//! What stands on the pages of channels.

mod en;
mod pt;

words! {
    /// What the pages of channels say.
    Channels as channels;
    /// A heading.
    title,
    /// Somebody who is in none.
    none,
    /// Beside a channel: `{count}`.
    unread,
    /// A link to the rest of a list.
    more,
    /// A link, and a heading.
    make,
    /// A heading.
    find,
    /// A field.
    find_label,
    /// What it finds.
    find_hint,
    /// A button.
    find_button,
    /// Nothing was found.
    find_nothing,
    /// A button.
    join,
    /// The same, to be heard: `{name}`.
    join_named,
    /// A field.
    name,
    /// Its rule.
    name_hint,
    /// What is wrong with it.
    name_form,
    /// What is wrong with it.
    name_taken,
    /// Why none is made.
    too_many,
    /// A group of choices.
    who_finds,
    /// A choice.
    public,
    /// A choice.
    private,
    /// A button.
    make_button,
    /// A link.
    all,
    /// A link, and a heading.
    members,
    /// A link, and a heading: `{name}`.
    settings,
    /// What the list of messages is, to be heard.
    messages,
    /// A link.
    older,
    /// A link.
    newest,
    /// The line above what came meanwhile.
    new,
    /// A list without messages.
    nothing,
    /// A message: after who did it.
    was_made,
    /// A message, after who did it: `{name}`.
    was_renamed,
    /// A field.
    say,
    /// A button.
    say_button,
    /// What is wrong with a message.
    say_form,
    /// Somebody who may only read.
    say_not,
    /// A heading.
    not_sent,
    /// A heading.
    no_channel_title,
    /// What that means.
    no_channel_text,
    /// A heading.
    stranger_title,
    /// What that means.
    stranger_text,
    /// A heading.
    shut_title,
    /// What to do.
    shut_text,
    /// A heading.
    may_not_title,
    /// What to do.
    may_not_text,
    /// A link.
    back,
    /// Beside a member.
    owner,
    /// Beside a member.
    you,
    /// A link.
    invite,
    /// A link.
    requests,
    /// A button.
    remove,
    /// The same, to be heard: `{name}`.
    remove_named,
    /// A heading, and a button.
    rename,
    /// A heading, and a button.
    leave,
    /// What leaving means.
    leave_text,
    /// What it means for the last one.
    leave_last,
    /// A field for an owner.
    heir,
    /// Its first choice.
    heir_choose,
    /// What is wrong with it.
    heir_needed,
    /// Somebody who is no member any more.
    gone,
    /// A message that is not there yet.
    sending,
    /// A message that could not be sent.
    failed,
    /// A button.
    again,
    /// The live stream is cut.
    offline,
    /// Somebody who is not removed.
    remove_not,
}
