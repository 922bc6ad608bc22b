//! What is common to every kind of invitation: taking one up, settling what is left over, following
//! what ends the ground that one stands on, and the key that seals what a maker may read again.
//! What one kind alone decides stands in the folder of its noun.

pub(in crate::app) mod answer_again;
pub(crate) mod check_master_key;
pub(crate) mod expire;
pub(crate) mod find_user;
pub(crate) mod follow_feeds;
pub(crate) mod join_here;
pub(crate) mod kinds;
pub(in crate::app) mod late;
pub(crate) mod measure;
pub(crate) mod once;
pub(crate) mod redeem;
pub(crate) mod settle;
pub(in crate::app) mod standing;
