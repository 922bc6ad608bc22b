//! What pages say about invitations that somebody has made.

mod en;
mod pt;

words! {
    /// What pages say about invitations that somebody has made.
    Made as made;
    /// A page.
    title,
    /// A filter.
    all,
    /// A filter, and a state.
    open,
    /// A filter.
    ended,
    /// What the filters are called.
    filters,
    /// Where there are none.
    none,
    /// Where a filter has none.
    none_here,
    /// A link.
    make,
    /// A link.
    older,
    /// A link.
    newest,
    /// How many came: `{used}`, `{all}`.
    used,
    /// When it ends: `{span}`.
    ends_in,
    /// When it ends.
    ends_never,
    /// A state.
    is_open,
    /// A state.
    is_used_up,
    /// A state.
    is_declined,
    /// A state.
    is_revoked,
    /// A state.
    is_expired,
    /// What it gives.
    account,
    /// What it gives: `{target}`.
    channel,
    /// What it gives: `{target}`.
    group,
    /// What it gives: `{target}`.
    namespace,
    /// What it does not give any more.
    lost,
    /// For whom: `{address}`.
    for_address,
    /// For whom.
    for_person,
    /// For whom: `{name}`.
    for_named,
    /// How it lets in.
    asks,
    /// A link.
    back,
    /// Above who came.
    who,
    /// Where nobody came.
    who_none,
    /// Somebody who is not in yet.
    on_the_way,
    /// Above the links.
    links,
    /// A link: `{number}`.
    link,
    /// One that opens nothing.
    link_ended,
    /// By which somebody came: `{number}`.
    by_link,
    /// A button.
    end_link,
    /// A button.
    new_link,
    /// What it does.
    new_link_hint,
    /// A button.
    edit,
    /// A button.
    save,
    /// A choice.
    keep_end,
    /// A button.
    renew,
    /// What it does.
    renew_hint,
    /// A button.
    withdraw,
    /// What it does: `{count}`.
    withdraw_hint,
    /// Above the history.
    story,
    /// A line.
    made_by,
    /// A line.
    link_made,
    /// A line.
    link_taken,
    /// Somebody whose name is not known.
    somebody,
    /// A line: `{name}`.
    reserved,
    /// A line: `{name}`.
    settled,
    /// A line: `{name}`.
    released,
    /// A line: `{name}`.
    dropped,
    /// A line: `{state}`.
    did_end,
    /// What did not work.
    gone,
    /// What did not work.
    renewed,
    /// What did not work: `{count}`.
    taken,
    /// What did not work.
    too_many_links,
    /// What did not work.
    unknown,
    /// What did not work.
    cannot_renew,
}
