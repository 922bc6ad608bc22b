//! The tables, one description for both databases.

diesel::table! {
    channels (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        #[sql_name = "type"]
        channel_type -> Text,
        owner_id -> BigInt,
        last_message -> BigInt,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    members (channel_id, user_id) {
        channel_id -> BigInt,
        user_id -> BigInt,
        username -> Text,
        permissions -> BigInt,
        joined_at -> BigInt,
        last_read -> BigInt,
        joined_event -> BigInt,
        ends_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    past_members (user_id, channel_id, left_event) {
        channel_id -> BigInt,
        user_id -> BigInt,
        joined_event -> BigInt,
        left_event -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        channel_id -> BigInt,
        user_id -> BigInt,
        username -> Text,
        #[sql_name = "type"]
        message_type -> Text,
        content -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        position -> Nullable<BigInt>,
        channel_id -> BigInt,
        kind -> Text,
        recipient_id -> Nullable<BigInt>,
        user_id -> BigInt,
        message_id -> Nullable<BigInt>,
        channel_name -> Nullable<Text>,
        channel_type -> Nullable<Text>,
        owner_id -> Nullable<BigInt>,
        permissions -> Nullable<BigInt>,
        last_message -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    event_counter (last) {
        last -> BigInt,
        purged_through -> BigInt,
    }
}

diesel::table! {
    departed (user_id) {
        user_id -> BigInt,
        walked_to -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    channels,
    members,
    past_members,
    messages,
    events,
    event_counter,
);
