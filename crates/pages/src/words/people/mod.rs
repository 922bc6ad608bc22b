//! What the pages of people say.

mod en;
mod pt;

words! {
    /// What the pages of people say.
    People as people;
    /// A page.
    title,
    /// A field.
    search,
    /// A button.
    find,
    /// An empty list.
    none,
    /// A link.
    older,
    /// A link.
    first,
    /// What somebody is.
    is_super_user,
    /// What somebody is.
    is_locked,
    /// What somebody was.
    is_deleted,
    /// Oneself.
    is_you,
    /// Before a time.
    since,
    /// What somebody finds who looks after nothing.
    own,
    /// A link.
    invitations,
    /// A link.
    settings,
    /// Before an address.
    email,
    /// There is none.
    no_email,
    /// How many.
    sessions,
    /// Before an id.
    id,
    /// A link.
    history,
    /// Above the form.
    act,
    /// A field.
    reason,
    /// Its hint.
    reason_hint,
    /// What is wrong.
    reason_bad,
    /// A button.
    lock,
    /// What it does: `{name}`, `{count}`.
    lock_text,
    /// A button.
    unlock,
    /// What it does: `{name}`.
    unlock_text,
    /// A button.
    promote,
    /// What it does: `{name}`.
    promote_text,
    /// A button.
    demote,
    /// What it does: `{name}`.
    demote_text,
    /// A button.
    end_sessions,
    /// What it does: `{name}`, `{count}`.
    end_text,
    /// A button.
    reset,
    /// What it does: `{name}`.
    reset_text,
    /// A button.
    delete,
    /// What it does: `{name}`, `{count}`.
    delete_text,
    /// What has to be ticked.
    delete_sure,
    /// What is wrong.
    delete_unsure,
    /// A link.
    delete_own,
    /// What is wrong.
    delete_own_refused,
    /// A page: `{name}`.
    link_title,
    /// What to know.
    link_once,
    /// A field.
    link_field,
    /// Before its end.
    link_until,
    /// A link.
    back,
    /// What is wrong.
    locked_already,
    /// What is wrong.
    last,
    /// Above a form that came back.
    wrong,
    /// What was done.
    done_lock,
    /// What was done.
    done_unlock,
    /// What was done.
    done_promote,
    /// What was done.
    done_demote,
    /// What was done.
    done_end,
    /// What was done.
    done_delete,
}
