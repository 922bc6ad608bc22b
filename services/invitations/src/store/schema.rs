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
    }
}

diesel::joinable!(uses -> invitations (invitation_id));
diesel::allow_tables_to_appear_in_same_query!(invitations, uses);
diesel::allow_tables_to_appear_in_same_query!(namespaces, collaborators, invitations);
