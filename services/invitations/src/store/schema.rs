//! The tables, the same on both databases; migrations make them.

diesel::table! {
    invitations (id) {
        id -> BigInt,
        kind -> Text,
        direction -> Text,
        target_id -> Nullable<BigInt>,
        issuer_id -> Nullable<BigInt>,
        recipient_id -> Nullable<BigInt>,
        recipient_email -> Nullable<Text>,
        secret_hash -> Nullable<Binary>,
        secret_sealed -> Nullable<Binary>,
        grants -> BigInt,
        state -> Text,
        max_uses -> BigInt,
        used -> BigInt,
        settled -> BigInt,
        expires_at -> Nullable<BigInt>,
        created_at -> BigInt,
        decided_at -> Nullable<BigInt>,
        decided_by -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
        hidden_at -> Nullable<BigInt>,
        ground -> Nullable<BigInt>,
        slot -> Nullable<Text>,
        admission -> Text,
        further_grants -> BigInt,
        on_lost_right -> Text,
        ends_after -> Nullable<BigInt>,
        edited_at -> Nullable<BigInt>,
        edited_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    uses (id) {
        id -> BigInt,
        invitation_id -> BigInt,
        act_key -> Text,
        state -> Text,
        user_id -> Nullable<BigInt>,
        username -> Text,
        reserved_at -> BigInt,
        settle_after -> BigInt,
        settled_at -> Nullable<BigInt>,
        secret_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    secrets (id) {
        id -> BigInt,
        invitation_id -> BigInt,
        hash -> Binary,
        sealed -> Nullable<Binary>,
        label -> Nullable<Text>,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    grants (id) {
        id -> BigInt,
        invitation_id -> BigInt,
        position -> BigInt,
        kind -> Text,
        target_id -> Nullable<BigInt>,
        bits -> BigInt,
        ground -> Nullable<BigInt>,
        ends_after -> Nullable<BigInt>,
    }
}

diesel::table! {
    acts (id) {
        id -> BigInt,
        use_id -> BigInt,
        position -> BigInt,
        kind -> Text,
        target_id -> Nullable<BigInt>,
        bits -> BigInt,
        ground -> Nullable<BigInt>,
        act_key -> Text,
        state -> Text,
        reason -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        ends_after -> Nullable<BigInt>,
    }
}

diesel::table! {
    invitation_texts (invitation_id) {
        invitation_id -> BigInt,
        message -> Nullable<Text>,
        label -> Nullable<Text>,
        note -> Nullable<Text>,
        reference -> Nullable<Text>,
        revoked_because -> Nullable<Text>,
        landing_channel -> Nullable<BigInt>,
        welcome -> Nullable<Text>,
    }
}

diesel::table! {
    invitation_renewals (invitation_id) {
        invitation_id -> BigInt,
        replaces -> BigInt,
    }
}

diesel::table! {
    blocks (id) {
        id -> BigInt,
        user_id -> BigInt,
        blocked_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    request_links (invitation_id) {
        invitation_id -> BigInt,
        link_id -> BigInt,
        secret_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    application_form (id) {
        id -> BigInt,
        is_open -> Bool,
        welcome -> Nullable<Text>,
        questions -> Text,
    }
}

diesel::table! {
    applications (invitation_id) {
        invitation_id -> BigInt,
        secret_hash -> Binary,
        name -> Text,
        email -> Nullable<Text>,
        message -> Nullable<Text>,
        answers -> Text,
        invited_id -> Nullable<BigInt>,
        link_sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        position -> Nullable<BigInt>,
        created_at -> BigInt,
        kind -> Text,
        owner_id -> Nullable<BigInt>,
        invitation_id -> Nullable<BigInt>,
        is_request -> Bool,
        replaces -> Nullable<BigInt>,
        use_id -> Nullable<BigInt>,
        secret_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        actor_id -> Nullable<BigInt>,
        target_kind -> Nullable<Text>,
        target_id -> Nullable<BigInt>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    event_counter (last) {
        last -> BigInt,
        purged_through -> BigInt,
    }
}

diesel::table! {
    cursors (feed) {
        feed -> Text,
        position -> BigInt,
    }
}

diesel::table! {
    seal_check (id) {
        id -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    namespaces (id) {
        id -> BigInt,
        owner_id -> BigInt,
        root_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        name -> Text,
        path -> Text,
        path_folded -> Text,
        description -> Text,
        visibility -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    collaborators (root_id, user_id) {
        root_id -> BigInt,
        user_id -> BigInt,
        created_at -> BigInt,
        ends_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(uses -> invitations (invitation_id));
diesel::joinable!(secrets -> invitations (invitation_id));
diesel::joinable!(acts -> uses (use_id));
diesel::joinable!(invitation_texts -> invitations (invitation_id));
diesel::allow_tables_to_appear_in_same_query!(invitations, uses, secrets);
diesel::joinable!(invitation_renewals -> invitations (invitation_id));
diesel::allow_tables_to_appear_in_same_query!(acts, uses);
diesel::allow_tables_to_appear_in_same_query!(acts, invitations);
diesel::allow_tables_to_appear_in_same_query!(
    invitations,
    invitation_texts,
    invitation_renewals,
    grants,
);

diesel::table! {
    groups (id) {
        id -> BigInt,
        uuid -> Text,
        name -> Text,
        name_folded -> Text,
        description -> Nullable<Text>,
        sports -> Text,
        accepting_new_members -> Bool,
        verification_request -> Bool,
        group_type -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    choir_keys (id) {
        id -> BigInt,
        owner_id -> Nullable<BigInt>,
        name -> Text,
        hash -> Binary,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    group_members (id) {
        id -> BigInt,
        uuid -> Text,
        group_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        is_creator -> Bool,
        created_at -> BigInt,
        ends_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    choir_whitelist (user_id) {
        user_id -> BigInt,
        added_at -> BigInt,
    }
}

diesel::table! {
    join_requests (invitation_id) {
        invitation_id -> BigInt,
        uuid -> Text,
        message -> Nullable<Text>,
        word -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

diesel::joinable!(group_members -> groups (group_id));
diesel::joinable!(join_requests -> invitations (invitation_id));
diesel::joinable!(request_links -> invitations (invitation_id));
diesel::joinable!(applications -> invitations (invitation_id));
diesel::allow_tables_to_appear_in_same_query!(applications, invitations);
diesel::allow_tables_to_appear_in_same_query!(applications, invitation_texts);
diesel::allow_tables_to_appear_in_same_query!(applications, join_requests);
diesel::allow_tables_to_appear_in_same_query!(applications, request_links);
diesel::allow_tables_to_appear_in_same_query!(invitations, request_links);
diesel::allow_tables_to_appear_in_same_query!(invitation_texts, join_requests, request_links);
diesel::allow_tables_to_appear_in_same_query!(group_members, invitations);
diesel::allow_tables_to_appear_in_same_query!(group_members, invitation_texts);
diesel::allow_tables_to_appear_in_same_query!(group_members, join_requests);
diesel::allow_tables_to_appear_in_same_query!(namespaces, invitation_texts);
diesel::allow_tables_to_appear_in_same_query!(namespaces, join_requests);
diesel::allow_tables_to_appear_in_same_query!(groups, group_members);
diesel::allow_tables_to_appear_in_same_query!(groups, invitations, join_requests);

diesel::table! {
    choir_invitations (invitation_id) {
        invitation_id -> BigInt,
        public_id -> Text,
        creator -> Text,
        invitee -> Text,
        choir_id -> Text,
        user_id -> Text,
        key_id -> Nullable<BigInt>,
        purged_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(choir_invitations -> invitations (invitation_id));
diesel::joinable!(choir_invitations -> choir_keys (key_id));
diesel::allow_tables_to_appear_in_same_query!(choir_invitations, invitations);
diesel::allow_tables_to_appear_in_same_query!(choir_invitations, choir_keys);
diesel::allow_tables_to_appear_in_same_query!(namespaces, collaborators, invitations);
