//! The categories of pins, each with what its English titles are about and how they are tagged.

/// A category with the words that go with it.
pub(super) struct Topic {
    pub(super) category: &'static str,
    pub(super) subjects: &'static [&'static str],
    pub(super) tags: &'static [&'static str],
}

/// Every category; pins fall evenly over them.
pub(super) const TOPICS: &[Topic] = &[
    Topic {
        category: "art",
        subjects: &[
            "Watercolour Skies",
            "Ink Portraits",
            "Lino Prints on a Small Press",
            "a First Sketchbook",
        ],
        tags: &["Watercolour", "Sketching", "Line Art", "Paint By Hand", "Studio Corner", "Colour Study"],
    },
    Topic {
        category: "beauty",
        subjects: &["Soft Autumn Nails", "Five Minute Braids", "Winter Skin Care", "Copper Hair"],
        tags: &["Nail Ideas", "Braids", "Skin Care Routine", "Short Hair", "Glow", "Natural Make Up"],
    },
    Topic {
        category: "christmas",
        subjects: &["Paper Stars", "a Felt Garland", "Gingerbread Houses", "Wreaths from the Garden"],
        tags: &["Advent", "Wreaths", "Winter Crafts", "Gift Wrapping", "Tree Toppers", "Cookies"],
    },
    Topic {
        category: "diy-and-crafts",
        subjects: &["Macrame Plant Hangers", "Pallet Shelves", "Pressed Flower Cards", "Clay Bowls"],
        tags: &["Handmade", "Upcycling", "Paper Crafts", "Knots", "Weekend Project", "Kids Crafts"],
    },
    Topic {
        category: "education",
        subjects: &["Reading Corners", "Fractions with Lego", "Quiet Classrooms", "Science Fair Boards"],
        tags: &["Classroom", "Homeschool", "Lesson Plans", "Phonics", "Worksheets", "Field Trips"],
    },
    Topic {
        category: "event-planning",
        subjects: &["Garden Weddings", "a Surprise Party", "Table Settings", "Picnics for Twenty"],
        tags: &["Wedding", "Party Food", "Seating Plan", "Invitations", "Balloons", "Bridal Shower"],
    },
    Topic {
        category: "finance",
        subjects: &["a No-Spend Month", "the Envelope Budget", "Paying Off a Loan", "Savings for Beginners"],
        tags: &["Budget", "Side Income", "Saving Tips", "Frugal Living", "Debt Free", "Money Habits"],
    },
    Topic {
        category: "home-decor",
        subjects: &["Small Hallways", "Warm White Kitchens", "Floating Shelves", "Reading Nooks"],
        tags: &["Living Room", "Farmhouse", "Rugs", "Gallery Wall", "Lighting", "Tiny Bathroom"],
    },
    Topic {
        category: "mens-fashion",
        subjects: &["Linen Suits", "Suede Boots", "Layered Knitwear", "Denim Jackets"],
        tags: &["Street Style", "Tailoring", "Sneakers", "Watches", "Smart Casual", "Overcoats"],
    },
    Topic {
        category: "quotes",
        subjects: &["Slow Mornings", "Long Friendships", "Starting Over", "Brave Mistakes"],
        tags: &["Words", "Motivation", "Short Quotes", "Lettering", "Wisdom", "Monday Mood"],
    },
    Topic {
        category: "tattoos",
        subjects: &["Fine Line Birds", "Mountain Bands", "Botanical Sleeves", "Tiny Moons"],
        tags: &["Ink", "Minimal Tattoo", "Blackwork", "Flower Tattoo", "Forearm", "Geometric"],
    },
    Topic {
        category: "travel",
        subjects: &["Night Trains", "a Week on the Coast", "Old Harbours", "Packing Light"],
        tags: &["Bucket List", "Road Trip", "City Break", "Hiking", "Islands", "Hostels"],
    },
    Topic {
        category: "vehicles",
        subjects: &["Camper Conversions", "Vintage Scooters", "Trail Bikes", "a Barn Find"],
        tags: &["Van Life", "Motorbikes", "Restoration", "Classic Cars", "Workshop", "Off Road"],
    },
];
