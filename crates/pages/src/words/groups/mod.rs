//! What pages say about groups.

mod en;
mod pt;

words! {
    /// What pages say about groups.
    Groups as groups;
    /// A page.
    title,
    /// Those in which one is.
    mine,
    /// Where there are none.
    none,
    /// Those of everybody.
    all,
    /// Where there are none.
    all_none,
    /// A link.
    more,
    /// What somebody is.
    admin,
    /// What somebody is.
    member,
    /// Who somebody is.
    you,
    /// A group that takes no requests.
    closed,
    /// A section.
    make,
    /// A button.
    make_button,
    /// A field.
    name,
    /// Its rule.
    name_hint,
    /// What is wrong with it.
    name_form,
    /// What is wrong with it.
    name_taken,
    /// A field.
    about,
    /// Its hint.
    about_hint,
    /// What is wrong with it.
    about_long,
    /// A choice.
    accepts,
    /// Why none was made.
    too_many,
    /// A section.
    members,
    /// An account that is gone.
    somebody,
    /// Who somebody is.
    made_it,
    /// A button.
    make_admin,
    /// A button.
    make_member,
    /// A button.
    remove,
    /// A button.
    ask,
    /// Above it.
    ask_text,
    /// A field.
    ask_message,
    /// What is wrong with it.
    long_message,
    /// Where nobody may ask.
    is_closed,
    /// What one has asked.
    you_asked,
    /// What was offered.
    you_are_invited,
    /// A button.
    accept,
    /// A button.
    decline,
    /// A button.
    withdraw,
    /// A section.
    asking,
    /// A button.
    approve,
    /// A button.
    reject,
    /// A section.
    invited,
    /// A button.
    take_back,
    /// A section.
    invite,
    /// A field.
    invite_name,
    /// A button.
    invite_button,
    /// A link.
    invite_link,
    /// A section.
    edit,
    /// A button.
    save,
    /// A button.
    delete,
    /// What it does.
    delete_hint,
    /// A button.
    leave,
    /// What it does.
    leave_hint,
    /// A link.
    back,
    /// A page about what is not there.
    unknown,
    /// Why.
    unknown_text,
    /// What is wrong with a name.
    no_person,
    /// What is wrong with a name.
    takes_none,
    /// What is wrong with a name.
    is_member,
    /// What is wrong with a name.
    is_open,
    /// Why nothing was done.
    may_not,
    /// Why nothing was done.
    last_admin,
    /// Why nothing was done.
    gone,
    /// Above a form that came back.
    wrong,
    /// What was done.
    done_made,
    /// What was done.
    done_asked,
    /// What was done.
    done_invited,
    /// What was done.
    done_in,
    /// What was done.
    done_joined,
    /// What was done.
    done_no,
    /// What was done.
    done_back,
    /// What was done.
    done_saved,
    /// What was done.
    done_removed,
    /// What was done.
    done_left,
    /// What was done.
    done_deleted,
}
