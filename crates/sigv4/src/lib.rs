//! AWS Signature Version 4: sign and verify; pure, the time is an argument
