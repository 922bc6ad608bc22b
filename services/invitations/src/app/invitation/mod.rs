//! Invitations whatever they lead into, as our own contract makes and shows them. What is asked before one is
//! made, and how somebody comes in, is the business of the kind's own folder; taking one up is the engine's.

pub(crate) mod accept;
pub(crate) mod by_secret;
pub(crate) mod decline;
pub(crate) mod edit;
mod enter;
pub(crate) mod finish;
pub(crate) mod history;
pub(crate) mod land;
pub(crate) mod landing;
pub(crate) mod list;
pub(crate) mod make;
pub(crate) mod mine;
mod not_made;
pub(crate) mod not_redeemed;
pub(crate) mod offerable;
pub(crate) mod preview;
pub(crate) mod promised;
mod recipient;
pub(crate) mod redeem;
mod redeem_several;
pub(crate) mod redemption;
pub(crate) mod renew;
pub(crate) mod revoke;
pub(crate) mod revoke_all;
pub(crate) mod secrets;
pub(crate) mod show;
pub(crate) mod show_redemption;
pub(crate) mod sign_up;
pub(crate) mod wish;
