//! Users, roles, access keys and who is calling
