//! The services of this process.

use latchkey_peers::plan;
use latchkey_process::Service;

/// All services, in the order of the plan.
pub(crate) const SERVICES: [Service; plan::Service::ALL.len()] = [
    latchkey_users::SERVICE,
    latchkey_channels::SERVICE,
    latchkey_invitations::SERVICE,
    latchkey_discord::SERVICE,
];
