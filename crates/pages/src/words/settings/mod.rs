//! What the pages say where somebody looks after the own account.

mod en;
mod pt;

words! {
    /// What the pages say where somebody looks after the own account.
    Settings as settings;
    /// A page.
    title,
    /// Above a form.
    password,
    /// A field.
    old,
    /// A field.
    new,
    /// Its hint.
    new_hint,
    /// A button.
    change,
    /// What is wrong.
    wrong_old,
    /// What is wrong.
    missing,
    /// What was done.
    changed,
    /// Above a list.
    sessions,
    /// The session that asks.
    this_one,
    /// A session whose client said no name.
    unnamed,
    /// When.
    last_used,
    /// A button.
    end,
    /// A button.
    end_others,
    /// What was done.
    ended,
    /// Above a list.
    tokens,
    /// An empty list.
    tokens_none,
    /// Before what it may do.
    token_may,
    /// When it ends.
    token_until,
    /// A button.
    revoke,
    /// What was done.
    revoked,
    /// Above a form, and its button.
    make_token,
    /// A field.
    token_name,
    /// Its hint.
    token_name_hint,
    /// What is wrong.
    token_name_bad,
    /// Above choices.
    scopes,
    /// What is wrong.
    scopes_none,
    /// A field.
    confirm,
    /// What is wrong.
    too_many_tokens,
    /// Above a new token.
    token_made,
    /// A link.
    back,
    /// Above a form.
    language,
    /// A choice.
    by_browser,
    /// What is wrong with a choice.
    odd,
    /// A button.
    save,
    /// A page, and the link to it.
    blocks,
    /// An empty list.
    blocks_none,
    /// What that means.
    blocks_text,
    /// A button.
    unblock,
    /// Above a form that came back.
    wrong,
    /// A link.
    older,
}
