//! The tables, for both databases. The migrations make them; a test loads each.

diesel::table! {
    accounts (id) {
        id -> BigInt,
        uuid -> Text,
        username -> Text,
        username_folded -> Text,
        email -> Nullable<Text>,
        email_folded -> Nullable<Text>,
        password_hash -> Text,
        is_super_user -> Bool,
        is_locked -> Bool,
        created_at -> BigInt,
        tokens_not_before -> BigInt,
        token_era -> BigInt,
        left_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Binary,
        created_at -> BigInt,
        last_used_at -> BigInt,
        expires_at -> BigInt,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    login_failures (name_folded, source) {
        name_folded -> Text,
        source -> Text,
        failures -> BigInt,
        window_started_at -> BigInt,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        position -> Nullable<BigInt>,
        user_id -> BigInt,
        kind -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        scopes -> Text,
        token_hash -> Binary,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        algorithm -> Text,
        sealed_private -> Binary,
        public_jwk -> Text,
        created_at -> BigInt,
        retired_at -> Nullable<BigInt>,
        signs_since -> Nullable<BigInt>,
        tokens_end_at -> BigInt,
    }
}

diesel::table! {
    reset_links (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    departures (user_id) {
        user_id -> BigInt,
        left_at -> BigInt,
        channels_at -> Nullable<BigInt>,
        invitations_at -> Nullable<BigInt>,
        discord_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    discord_links (user_id) {
        user_id -> BigInt,
        link -> Text,
        made_at -> BigInt,
    }
}

diesel::joinable!(reset_links -> accounts (user_id));
diesel::joinable!(sessions -> accounts (user_id));
diesel::joinable!(api_tokens -> accounts (user_id));
diesel::allow_tables_to_appear_in_same_query!(reset_links, accounts);
diesel::allow_tables_to_appear_in_same_query!(sessions, accounts);
diesel::allow_tables_to_appear_in_same_query!(api_tokens, accounts);
