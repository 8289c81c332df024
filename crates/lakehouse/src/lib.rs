//! Decode, clean, quarantine, exactly-once commit and SQL over Delta tables; the only crate that names DataFusion and delta-rs
