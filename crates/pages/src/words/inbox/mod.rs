//! What the inbox says.

mod en;
mod pt;

words! {
    /// What the inbox says.
    Inbox as inbox;
    /// A page.
    title,
    /// Above what one may decide.
    waiting,
    /// Above what one has asked for.
    asked,
    /// Where nothing is.
    empty,
    /// What to do then.
    empty_next,
    /// Who invites, where it is no person.
    operator,
    /// A person whose account is gone.
    somebody,
    /// An offer: `{name}`, `{target}`.
    offer_channel,
    /// An offer: `{name}`, `{target}`.
    offer_group,
    /// An offer: `{name}`, `{target}`.
    offer_namespace,
    /// A request: `{name}`, `{target}`.
    ask_channel,
    /// A request: `{name}`, `{target}`.
    ask_group,
    /// A request: `{name}`, `{target}`.
    ask_namespace,
    /// One's own request: `{target}`.
    own_channel,
    /// One's own request: `{target}`.
    own_group,
    /// One's own request: `{target}`.
    own_namespace,
    /// Since when.
    since,
    /// A button.
    accept,
    /// A button.
    decline,
    /// A button.
    block,
    /// What it does: `{name}`.
    block_hint,
    /// A button.
    approve,
    /// A button.
    reject,
    /// A button.
    withdraw,
    /// Why there is no yes.
    only_reject,
    /// A link.
    newest,
    /// A link.
    older,
    /// What was done.
    accepted,
    /// What was done.
    under_way,
    /// What was done.
    declined,
    /// What was done.
    blocked,
    /// What was done.
    approved,
    /// What was done.
    rejected,
    /// What was done.
    withdrawn,
    /// What did not work.
    gone,
    /// What did not work.
    member,
    /// What did not work.
    lost_right,
    /// What did not work.
    closed,
    /// A page.
    past,
    /// A link.
    past_link,
    /// Where there is nothing.
    past_none,
    /// A link.
    back,
    /// What is gone.
    lost,
    /// What became of an offer.
    you_came,
    /// What became of an offer.
    you_declined,
    /// What became of something.
    fell,
    /// What became of something.
    over,
    /// What became of a request.
    let_in,
    /// What became of a request.
    said_no,
    /// What became of a request.
    you_withdrew,
    /// What was said with a no: `{reason}`.
    because,
    /// A page.
    requests,
    /// Where there are none.
    requests_none,
    /// A page about what is not there.
    requests_unknown,
    /// Why.
    requests_unknown_text,
    /// A link.
    to_channel,
    /// A field: `{name}`.
    reason,
    /// Its hint.
    reason_hint,
    /// What is wrong with it.
    reason_long,
}
