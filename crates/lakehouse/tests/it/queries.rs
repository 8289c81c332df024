//! Queries over a directory of tables, and what they print.

use std::path::Path;
use std::sync::Arc;

use alluvium_lakehouse::{
    QueryError, QueryOptions, TableCatalog, count_rows, describe_table, query, sample_rows,
};
use datafusion::arrow::array::{
    ArrayRef, Int32Array, ListBuilder, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use deltalake::DeltaTable;
use url::Url;

/// A table of two rows, one of them nearly all null, as the geo pipeline makes it.
async fn make(root: &Path) {
    fs_err::create_dir_all(root).expect("a directory");
    let table = Url::from_directory_path(root).expect("an absolute path");
    let mut coordinates = ListBuilder::new(StringBuilder::new());
    coordinates.append_value([Some("1.5"), None]);
    coordinates.append_null();
    let timestamp = TimestampMicrosecondArray::from(vec![Some(1_500_000_000_123_456), None]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("ind", Arc::new(Int32Array::from(vec![1, 2]))),
        ("country", Arc::new(StringArray::from(vec![Some("Côte, \"d'Ivoire\""), None]))),
        ("coordinates", Arc::new(coordinates.finish())),
        ("timestamp", Arc::new(timestamp.with_timezone("UTC"))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    DeltaTable::try_from_url(table).await.expect("a place").write([batch]).await.expect("a table");
}

#[tokio::test]
async fn tables_are_queried_by_name_printed_three_ways_and_never_changed() {
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join("0e12ab_geo_table");
    make(&root).await;
    fs_err::create_dir(directory.path().join("no_table")).expect("a directory");
    let catalog = TableCatalog::under(directory.path()).expect("readable");
    let options = QueryOptions::default();
    for from in ["0e12ab_geo_table", "\"0e12ab_geo_table\"", "`0e12ab_geo_table`"] {
        let text = format!("SELECT *, median(ind) OVER () AS m FROM {from} ORDER BY ind");
        let result = query(&catalog, &text, &options).await.expect(from);
        assert_eq!(result.row_count(), 2, "{from}");
    }

    let all = query(&catalog, "SELECT * FROM 0e12ab_geo_table ORDER BY ind", &options).await.expect("rows");
    let mut csv = Vec::new();
    all.write_csv(&mut csv).expect("CSV");
    assert_eq!(
        String::from_utf8(csv).expect("UTF-8"),
        "ind,country,coordinates,timestamp\n1,\"Côte, \"\"d'Ivoire\"\"\",\"[1.5, null]\",2017-07-14T02:40:00.123456Z\n2,,,\n"
    );
    let mut json = Vec::new();
    all.write_json_lines(&mut json).expect("JSON");
    assert_eq!(
        String::from_utf8(json).expect("UTF-8"),
        "{\"ind\":1,\"country\":\"Côte, \\\"d'Ivoire\\\"\",\"coordinates\":[\"1.5\",null],\"timestamp\":\"2017-07-14T02:40:00.123456Z\"}\n{\"ind\":2,\"country\":null,\"coordinates\":null,\"timestamp\":null}\n"
    );
    let table = all.to_table().expect("a table");
    assert!(table.contains("| 2   | NULL ") && table.lines().count() == 6, "{table}");

    let one = QueryOptions { rows_max: 1, ..options };
    let cut = query(&catalog, "SELECT ind FROM 0e12ab_geo_table", &one).await.expect("rows");
    assert!(cut.row_count() == 1 && cut.is_cut());
    let shown = query(&catalog, "SHOW TABLES", &options).await.expect("rows").to_table().expect("a table");
    assert!(shown.contains("0e12ab_geo_table") && !shown.contains("information_schema"), "{shown}");
    let made = query(&catalog, "SELECT count(*) FROM generate_series(1, 3)", &options).await.expect("rows");
    assert_eq!(made.row_count(), 1);
    let described = query(&catalog, "DESCRIBE 0e12ab_geo_table", &options).await.expect("rows");
    assert_eq!(described.row_count(), 4);

    for (text, said) in [
        ("SELECT * FROM geo", "there is no table \"geo\""),
        ("SELECT nothing FROM 0e12ab_geo_table", "No field named nothing"),
        ("INSERT INTO 0e12ab_geo_table VALUES (1)", "INSERT is refused"),
        ("SELECT 1; DROP TABLE 0e12ab_geo_table", "one statement at a time"),
        ("SELECT ind INTO x FROM 0e12ab_geo_table", ""),
        ("SELECT * FROM 'Cargo.toml'", "there is no table"),
    ] {
        let error: QueryError = query(&catalog, text, &options).await.expect_err(text);
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
    let location = Url::from_directory_path(&root).expect("an absolute path");
    assert_eq!(describe_table(&location).await.expect("a table").version, 0);
    assert_eq!(count_rows(&location).await.expect("a table"), 2);
    assert_eq!(sample_rows(&location, 1).await.expect("a table").len(), 1);
    let nowhere = Url::from_directory_path(directory.path().join("nowhere")).expect("an absolute path");
    assert_eq!(count_rows(&nowhere).await.expect("no table, no rows"), 0);
}
