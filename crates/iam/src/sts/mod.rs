//! The operations of STS (<https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>).

mod assume_role;
mod caller_identity;
mod credentials;
mod session_token;

use crate::wire::{Form, Operation, Target, optional, required};

const SECONDS: Form = Form::Integer { min: 900, max: 43_200 };
const LONG_SECONDS: Form = Form::Integer { min: 900, max: 129_600 };
const TOKEN_CHARS: Form = Form::Integer { min: 0, max: 4_096 };
const TAG_KEY: Form = Form::Text { min: 1, max: 128 };

/// All of them.
pub(crate) const ALL: &[Operation] = &[
    Operation {
        name: "AssumeRole",
        members: &[
            required("RoleArn", Form::Line { min: 20, max: 2_048 }),
            required("RoleSessionName", Form::Name { min: 2, max: 64 }),
            optional("PolicyArns", Form::Structures { max: 10 }),
            optional("Policy", Form::Latin { min: 1, max: 131_072 }),
            optional("DurationSeconds", SECONDS),
            optional("Tags", Form::Tags),
            optional("TransitiveTagKeys", Form::List { element: &TAG_KEY, max: 50 }),
            optional("ExternalId", Form::Reference { min: 2, max: 1_224 }),
            optional("SerialNumber", Form::Reference { min: 9, max: 256 }),
            optional("TokenCode", Form::Digits { min: 6, max: 6 }),
            optional("SourceIdentity", Form::Name { min: 2, max: 64 }),
            optional("ProvidedContexts", Form::Structures { max: 5 }),
            optional("MinimumSessionTokenSize", TOKEN_CHARS),
        ],
        target: Target::None,
        run: assume_role::assume_role,
    },
    Operation {
        name: "GetCallerIdentity",
        members: &[],
        target: Target::None,
        run: caller_identity::get_caller_identity,
    },
    Operation {
        name: "GetAccessKeyInfo",
        members: &[required("AccessKeyId", Form::Word { min: 16, max: 128 })],
        target: Target::None,
        run: caller_identity::get_access_key_info,
    },
    Operation {
        name: "GetSessionToken",
        members: &[
            optional("DurationSeconds", LONG_SECONDS),
            optional("SerialNumber", Form::Reference { min: 9, max: 256 }),
            optional("TokenCode", Form::Digits { min: 6, max: 6 }),
            optional("MinimumSessionTokenSize", TOKEN_CHARS),
        ],
        target: Target::None,
        run: session_token::get_session_token,
    },
];
