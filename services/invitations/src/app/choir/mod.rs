//! Choir invitations, and the keys that the choir platform makes and checks them with. Choirs and
//! their members are that platform's business: an invitation here lets nobody in by itself.

pub(crate) mod check_invitation;
pub(crate) mod create_invitation;
pub(crate) mod create_key;
pub(crate) mod find_invitation;
pub(crate) mod form_token;
pub(crate) mod list_keys;
pub(crate) mod resolve_key;
pub(crate) mod revoke_key;
pub(crate) mod whitelist;
