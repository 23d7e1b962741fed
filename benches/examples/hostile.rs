//! One hostile shape through one operation, for a tool that counts instructions; without arguments, the list of them.
//!
//! The operation `make` stops before it, so that the cost of making the shape can be taken away.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a measurement without its inputs is worth nothing"
)]

use std::hint::black_box;

use samlkit_benches::shapes::{
    DOCUMENTS, ON_DOCUMENTS, ON_RESPONSES, ON_SIGNED, Operation, RESPONSES, SIGNED, Shape,
};

const ALL: [(&[Shape], &[Operation]); 3] = [
    (&DOCUMENTS, &ON_DOCUMENTS),
    (&SIGNED, &ON_SIGNED),
    (&RESPONSES, &ON_RESPONSES),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [shape, operation, n] = arguments.as_slice() else {
        for (shapes, operations) in ALL {
            for (shape, _) in shapes {
                for (operation, _) in operations {
                    println!("{shape}\t{operation}");
                }
            }
        }
        return;
    };
    let n = n.parse().expect("a number");
    for (shapes, operations) in ALL {
        let made = shapes.iter().find(|(name, _)| name == shape);
        let Some((_, make)) = made else { continue };
        let text = black_box(make(n));
        let outcome = operations
            .iter()
            .find(|(name, _)| name == operation)
            .map(|(_, run)| black_box(run(&text)));
        println!("{}\t{outcome:?}", text.len());
    }
}
