//! The Kinesis service: control plane, data plane
