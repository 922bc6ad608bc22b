//! Groups, their members, and the requests and offers by which one comes in: everything of a group
//! lies in this service, so that a decision is one transaction.

pub mod add_member;
pub mod change_join_request;
pub mod change_membership;
pub mod create;
pub mod edit;
pub mod list;
pub mod list_join_requests;
pub mod make_join_request;
