//! What pages say about namespaces.

mod en;
mod pt;

words! {
    /// What pages say about namespaces.
    Namespaces as namespaces;
    /// A page.
    title,
    /// What they are.
    text,
    /// Where there are none.
    none,
    /// Where a search finds none.
    found_none,
    /// A field.
    search,
    /// A button.
    search_button,
    /// A link.
    more,
    /// Whose it is: `{name}`.
    owned_by,
    /// Whose it is.
    yours,
    /// Who sees it.
    private,
    /// Who sees it.
    internal,
    /// Who sees it.
    public,
    /// A page.
    make,
    /// A page: `{path}`.
    make_in,
    /// A button.
    make_button,
    /// A field.
    name,
    /// Its rule.
    name_hint,
    /// A field.
    about,
    /// Its hint.
    about_hint,
    /// What is wrong with it.
    about_long,
    /// A field.
    who_sees,
    /// A choice.
    see_private,
    /// A choice.
    see_internal,
    /// A choice.
    see_public,
    /// A choice that the form does not have.
    odd,
    /// What is wrong with a name.
    name_form,
    /// What is wrong with a name.
    name_taken,
    /// Why none was made.
    too_many,
    /// Why none was made.
    no_parent,
    /// A link.
    back,
    /// A link: `{path}`.
    above,
    /// A section.
    children,
    /// Where there is nothing.
    no_children,
    /// A link.
    make_child,
    /// A section.
    people,
    /// Where there is nobody.
    people_none,
    /// An account that is gone.
    somebody,
    /// Since when somebody is in.
    since,
    /// A button.
    remove,
    /// What one is.
    you_are_in,
    /// A button.
    ask,
    /// Above it.
    ask_text,
    /// A field.
    ask_message,
    /// Its hint.
    ask_hint,
    /// What is wrong with it.
    long_message,
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
    invite_handle,
    /// A button.
    invite_button,
    /// A link.
    invite_link,
    /// What is wrong with a name.
    no_person,
    /// What is wrong with a name.
    oneself,
    /// What is wrong with a name.
    is_in,
    /// What is wrong with a name.
    takes_none,
    /// What is wrong with a name.
    is_open,
    /// A section.
    edit,
    /// A button.
    save,
    /// A button.
    delete,
    /// What it does.
    delete_hint,
    /// A page about what is not there.
    unknown,
    /// Why.
    unknown_text,
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
    done_deleted,
}
