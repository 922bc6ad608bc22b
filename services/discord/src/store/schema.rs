//! The table, the same on both databases; migrations make it.

diesel::table! {
    discord_links (id) {
        id -> BigInt,
        uuid -> Text,
        user_id -> BigInt,
        requested_by -> BigInt,
        state -> Text,
        code -> Nullable<Text>,
        reserved_at -> BigInt,
        settle_after -> BigInt,
        made_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
        is_told -> Bool,
    }
}
