//! Aggregates as producers make them, written here byte by byte, and everything that only looks like one.

use proptest::prelude::*;

use super::*;

/// A length-delimited field of protobuf.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![number << 3 | 2];
    varint(bytes.len() as u64, &mut out);
    out.extend_from_slice(bytes);
    out
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A `Record` with its index in the table of keys, an index in that of explicit hash keys, and its data.
fn packed(key: u64, hash_key: Option<u64>, data: &[u8]) -> Vec<u8> {
    let mut record = vec![1 << 3];
    varint(key, &mut record);
    if let Some(hash_key) = hash_key {
        record.push(2 << 3);
        varint(hash_key, &mut record);
    }
    record.extend(field(3, data));
    field(3, &record)
}

fn sealed(body: &[u8]) -> Bytes {
    [&MAGIC[..], body, &Md5::digest(body)].concat().into()
}

fn shown(data: &Bytes) -> Option<Vec<String>> {
    let one = |record: UserRecord| {
        let hash_key = record.explicit_hash_key.map_or(String::new(), |key| format!("@{key}"));
        let data = String::from_utf8_lossy(&record.data).into_owned();
        format!("{} {}{hash_key} {data}", record.sub_sequence_number, record.partition_key)
    };
    Some(deaggregate(data)?.into_iter().map(one).collect())
}

fn two_keys() -> Vec<u8> {
    [field(1, b"first"), field(1, "zwölf".as_bytes()), field(2, b"340282366920938463463374607431768211455")]
        .concat()
}

#[test]
fn user_records_come_out_in_order_with_their_keys() {
    let body = [two_keys(), packed(1, None, b"a"), packed(0, Some(0), b""), packed(0, None, b"c")].concat();
    let expected = ["0 zwölf a", "1 first@340282366920938463463374607431768211455 ", "2 first c"];
    assert_eq!(shown(&sealed(&body)).unwrap(), expected);
}

#[test]
fn the_tables_may_stand_after_the_records_and_unknown_fields_are_passed_over() {
    let tags = field(4, &field(1, b"tag"));
    let record = [vec![1 << 3, 0], field(3, b"a"), tags].concat();
    let body = [field(3, &record), vec![9 << 3, 5], field(15, b"later"), field(1, b"key")].concat();
    assert_eq!(shown(&sealed(&body)).unwrap(), ["0 key a"]);
}

#[test]
fn data_is_shared_with_the_record() {
    let record = sealed(&[field(1, b"key"), packed(0, None, &[7; 500])].concat());
    let data = deaggregate(&record).unwrap().remove(0).data;
    assert!(record.as_ptr_range().contains(&data.as_ptr()));
}

#[test]
fn hundreds_of_user_records_fit_and_more_than_the_limit_are_an_ordinary_record() {
    let many = |count: usize| sealed(&[field(1, b"k"), packed(0, None, b"{}").repeat(count)].concat());
    assert_eq!(deaggregate(&many(900)).unwrap().len(), 900);
    let last = deaggregate(&many(USER_RECORDS_MAX)).unwrap().pop().unwrap();
    assert_eq!(last.sub_sequence_number, USER_RECORDS_MAX as u64 - 1);
    assert_eq!(deaggregate(&many(USER_RECORDS_MAX + 1)), None);
}

#[test]
fn an_aggregate_of_nothing_has_no_user_records() {
    assert_eq!(shown(&sealed(&field(1, b"key"))), Some(vec![]));
}

#[test]
fn whatever_is_broken_is_an_ordinary_record() {
    let body = [two_keys(), packed(1, None, b"a")].concat();
    let good = sealed(&body);
    assert!(deaggregate(&good).is_some());
    let mut wrong_digest = good.to_vec();
    *wrong_digest.last_mut().unwrap() ^= 1;
    let mut wrong_magic = good.to_vec();
    wrong_magic[3] = 0xC3;
    let index_outside = sealed(&[two_keys(), packed(2, None, b"a")].concat());
    let hash_key_outside = sealed(&[two_keys(), packed(0, Some(1), b"a")].concat());
    let without_data = sealed(&[two_keys(), field(3, &[1 << 3, 0])].concat());
    let without_key = sealed(&[two_keys(), field(3, &field(3, b"a"))].concat());
    let cut = sealed(&body[..body.len() - 1]);
    let group_never_closed = sealed(&[two_keys(), vec![5 << 3 | 3]].concat());
    for (what, data) in [
        ("wrong MD5", Bytes::from(wrong_digest)),
        ("wrong magic", wrong_magic.into()),
        ("index outside", index_outside),
        ("hash key outside", hash_key_outside),
        ("without data", without_data),
        ("without key", without_key),
        ("cut", cut),
        ("group", group_never_closed),
        ("empty", Bytes::new()),
        ("magic alone", MAGIC.to_vec().into()),
        ("nothing between", sealed(b"")),
        ("JSON", Bytes::from_static(b"{}")),
    ] {
        assert_eq!(deaggregate(&data), None, "{what}");
    }
}

proptest! {
    #[test]
    fn no_sealed_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = deaggregate(&sealed(&body));
    }

    #[test]
    fn what_is_packed_comes_out(data in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..40)) {
        let records: Vec<u8> = data.iter().flat_map(|data| packed(0, None, data)).collect();
        let out = deaggregate(&sealed(&[field(1, b"k"), records].concat())).unwrap();
        prop_assert_eq!(out.into_iter().map(|record| record.data.to_vec()).collect::<Vec<_>>(), data);
    }
}
