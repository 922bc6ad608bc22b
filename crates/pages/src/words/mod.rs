//! What stands on pages: a file a language. A word that a language lacks does not compile; that none is empty or
//! lost its gaps is held by a test. What a gap is filled with stands in braces.

#[macro_use]
mod table;

pub mod account;
pub mod admin;
pub mod apply;
pub mod audit;
pub mod channels;
pub mod docs;
mod en;
pub mod frame;
pub mod groups;
pub mod inbox;
pub mod invite;
pub mod landing;
pub mod ledger;
pub mod made;
pub mod mine;
pub mod namespaces;
pub mod people;
mod pt;
pub mod settings;
pub mod spans;

words! {
    /// What all pages say, and those of invitations.
    Words as words;
    /// A field.
    username,
    /// Its rule.
    username_hint,
    /// A field.
    password,
    /// Its rule.
    password_hint,
    /// What is wrong with a name.
    username_form,
    /// What is wrong with a name.
    username_taken,
    /// What is wrong with a name.
    username_reserved,
    /// What is wrong with a password.
    password_length,
    /// What is wrong with a password.
    password_common,
    /// What is wrong with a password.
    password_is_name,
    /// Above a form that came back.
    form_trouble,
    /// A form that lacks something that no person leaves out.
    form_unreadable,
    /// A page.
    register_title,
    /// Who invites: `{name}`.
    invited_by,
    /// Who invites.
    invited_by_operator,
    /// Its button.
    register_button,
    /// After an account was made: `{name}`.
    welcome_title,
    /// That one is signed in.
    welcome_signed_in,
    /// A link.
    go_on,
    /// Where a client finds this place; its address follows.
    welcome_client,
    /// After an account was made, where nobody is signed in.
    made_title,
    /// What to do then.
    made_next,
    /// An invitation that never was.
    unknown_title,
    /// Why.
    unknown_text,
    /// What to do.
    unknown_next,
    /// An invitation whose time is over.
    expired_title,
    /// Why.
    expired_text,
    /// What to do.
    expired_next,
    /// An invitation that has let everybody in.
    used_title,
    /// Why.
    used_text,
    /// What to do.
    used_next,
    /// An invitation that was taken back.
    withdrawn_title,
    /// Why.
    withdrawn_text,
    /// What to do.
    withdrawn_next,
    /// An invitation that somebody said no to.
    declined_title,
    /// Why.
    declined_text,
    /// What to do.
    declined_next,
    /// An invitation of somebody who may not invite any more.
    lost_right_title,
    /// Why.
    lost_right_text,
    /// What to do.
    lost_right_next,
    /// An invitation into something that is gone.
    closed_title,
    /// Why.
    closed_text,
    /// What to do.
    closed_next,
    /// An invitation for somebody else.
    other_title,
    /// Why.
    other_text,
    /// An invitation for people with an account, opened where an account is made.
    member_title,
    /// Why.
    member_text,
    /// Where a link is pasted.
    paste_title,
    /// Its field.
    paste_label,
    /// Its hint.
    paste_hint,
    /// Its button.
    paste_button,
    /// Too many tries.
    busy_title,
    /// When to come back: `{seconds}`.
    busy_text,
    /// Input that cannot be understood.
    bad_title,
    /// A page for people who are signed in.
    stranger_title,
    /// What to do.
    stranger_text,
    /// Something is down.
    unavailable_title,
    /// What that means.
    unavailable_text,
    /// A fault of ours.
    broken_title,
    /// What that means.
    broken_text,
    /// A page.
    keys_title,
    /// Above a new key.
    keys_new,
    /// A field.
    keys_name,
    /// Its hint.
    keys_name_hint,
    /// A button.
    keys_make,
    /// Above the list.
    keys_yours,
    /// An empty list.
    keys_none,
    /// When: `{time}`.
    keys_made_at,
    /// A button.
    keys_delete,
    /// The first page.
    home_title,
    /// What it is, where its maker says nothing.
    home_text,
    /// Who is signed in: `{name}`.
    home_signed_in,
    /// Above the field for a link.
    home_paste,
    /// An address where nothing is.
    lost_title,
    /// What that means.
    lost_text,
    /// A link to the first page.
    lost_next,
    /// A form that is not taken here.
    method_title,
    /// What to do.
    method_text,
    /// A form of another site.
    foreign_title,
    /// What that means.
    foreign_text,
    /// The id of the request: `{id}`.
    request,
    /// Into what: an account.
    into_account,
    /// Into what: `{target}`.
    into_channel,
    /// Into what: `{target}`.
    into_group,
    /// Into what: `{target}`.
    into_namespace,
    /// Before what one may do.
    you_may,
    /// Before the end.
    good_until,
    /// Where there is no end.
    no_end,
    /// Before the places.
    good_for,
    /// How many: `{left}`, `{all}`.
    places,
    /// What one may do.
    may_read,
    /// What one may do.
    may_write,
    /// What one may do.
    may_invite,
    /// What one may do.
    may_rename,
    /// What one may do.
    may_remove,
    /// What one may do.
    may_decide,
    /// What one may do.
    may_belong,
    /// What one may do.
    may_edit,
    /// A button.
    accept,
    /// Somebody who has come in.
    in_title,
    /// What that means.
    in_text,
    /// Somebody who is in, and did not come by this invitation.
    in_before,
    /// Somebody who came in and is in no more.
    out_title,
    /// How that may be.
    out_text,
    /// What to do.
    out_next,
    /// The maker of a link, who opens it.
    own_title,
    /// What that means.
    own_text,
    /// A link to its story.
    own_story,
    /// An invitation for one person, opened by nobody who is signed in.
    one_title,
    /// For whom.
    one_text,
    /// For how long somebody is in: `{span}`.
    stay,
    /// Somebody who has an account.
    have_title,
    /// What that means: `{name}`.
    have_text,
    /// What to do.
    have_next,
    /// For whom: `{name}`.
    other_hint,
}

/// A sentence with its gaps filled.
pub fn fill(text: &str, gaps: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(before);
        let value = gaps.iter().find(|(gap, _)| *gap == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_once() {
        let filled = fill(
            "{name} and {other}.",
            &[("name", "{other}"), ("other", "x")],
        );
        assert_eq!(filled, "{other} and x.");
        assert_eq!(fill("{nobody}", &[]), "");
    }
}
