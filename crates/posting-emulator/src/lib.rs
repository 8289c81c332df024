//! Database rows to paced HTTP PUTs
