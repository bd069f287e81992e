# editing
standards-mark = Standard “{ $title }”, version { $n }
conflict-nothing-changed = Nothing has changed since the last version: there is nothing to publish.
conflict-not-approved = The draft is not approved yet. Send it for approval: it cannot be published without.
conflict-no-approver = The standard names no approver. Name one in its properties.
conflict-not-draft = The draft was sent or approved already.
conflict-not-in-review = The draft is not in review.
conflict-item-retired = The item is retired and no longer changes.
conflict-item-retiring = The item will be retired with the next publication already.
conflict-item-not-retiring = This item stays anyway.
conflict-proposal-decided = This proposal was answered already.
conflict-proposal-overtaken = The draft has other words for this item by now. Write the words that should stay, and accept the proposal with them.
forbidden-not-approver = Only the approver named may agree.
error-cannot-approve = An owner or a quality manager can approve.
error-not-changed = This item has not changed.
