//! A body with every member for each operation, as files: what fuzzing begins with. They are made from botocore's model, and
//! a test proves that they still are what it says. Those of the operations that AWS does not have are written by hand.

use std::path::PathBuf;

use crate::body;
use crate::inputs::{self, INPUTS};
use crate::samples::sample;
use crate::service_model::ServiceModel;

/// Writes the files instead of comparing them.
const WRITE_VARIABLE: &str = "ALLUVIUM_WRITE_SEEDS";

/// Where the seeds of a fuzz target are.
fn directory(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/seeds").join(target)
}

/// The seeds of a fuzz target, in the order of [`inputs::all`].
pub(crate) fn seeds(target: &str, extension: &str) -> Vec<Vec<u8>> {
    let file = |name: &str| directory(target).join(format!("{name}.{extension}"));
    inputs::all().map(|input| fs_err::read(file(input.name)).expect("a seed")).collect()
}

#[test]
fn seeds_are_what_the_model_says() {
    let Some(model) = ServiceModel::load() else { return };
    for input in INPUTS {
        let body = sample(&model, &model.operation(input.name).input.shape);
        for (target, extension, bytes) in
            [("json_body", "json", body::json(&body)), ("cbor_body", "cbor", body::cbor(&body))]
        {
            let path = directory(target).join(format!("{}.{extension}", input.name));
            if std::env::var_os(WRITE_VARIABLE).is_some() {
                fs_err::create_dir_all(directory(target)).expect("a directory for seeds");
                fs_err::write(&path, &bytes).expect("a seed");
            }
            let current = fs_err::read(&path).expect("a seed");
            assert!(
                current == bytes,
                "{} is out of date: run this test with {WRITE_VARIABLE}=1",
                path.display()
            );
        }
    }
}
