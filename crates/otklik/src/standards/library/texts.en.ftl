# library
library-new = A new standard from the library
library-new-lead = Choose items to begin with. Each can be changed to suit you later.
library-add = Take from the library
library-add-lead = What you tick goes to the end of the draft in both languages. You can change it like your own items.
library-business = What you do
library-kind = What the standard is about
library-kind-communication = Communication
library-kind-organisation = Organisation
library-kind-operation = Operation
library-kind-profession = Profession
library-kind-materials = Place and materials
library-all-kinds = Everything
library-title = Title of the standard
library-make = Make the standard
library-take = Add what is ticked
library-tick-all = Tick all
library-chosen = Ticked:
library-critical = critical
library-optional = recommended
library-there = in the standard already
library-minutes = { $n } min
library-stage-choose = First contact
library-stage-book = Booking and ordering
library-stage-come = Meeting
library-stage-service = The service itself
library-stage-pay = Payment and goodbye
library-stage-after = Afterwards
library-block-situation = When something goes wrong
library-block-competitor = When a competitor acts
library-paste = Paste text or a file
library-paste-lead = Copy rules from any document. Next you see what comes out and can mend it.
library-paste-text = Text
library-paste-hint = Any numbering: “1.”, “1.1.”, “a)”, “—”. A line such as “Section 2. Meeting” becomes a heading.
library-paste-file = Or a file
library-paste-file-hint = Word (.docx), .txt or .md, up to 20 MB.
library-look = See what comes out
library-preview = What comes out
library-preview-found = { $n ->
    [one] { $n } item found.
   *[other] { $n } items found.
}
library-preview-taken = { $n ->
    [one] { $n } is ticked: untick it if you do not need it.
   *[other] { $n } are ticked: untick those you do not need.
}
library-take-row = — take this item
library-row = Item { $n }
library-join = Join to the item above
library-back-to-text = Back to the text
library-why = Why
library-measure = Measured by
library-norm = Norm
library-warn-empty = There is a number but no text.
library-warn-long = { $chars } characters, and 2,000 fit. Shorten it or part it.
library-warn-twice = The same as item { $of }.
library-warn-present = The standard has this item already.
error-library-choose = Tick at least one item.
error-paste-nothing = No item was found.
error-paste-too-many-items = { $found } found, and a standard holds { $max }. Part the text into several standards.
error-paste-too-many-lines = More than 20,000 lines. Part the text.
error-paste-too-large = The file is larger than can be read: up to 20 MB, and up to 200 MB unpacked.
error-paste-pdf = This is a PDF. Open it, copy the text and paste it above.
error-paste-rtf = This is RTF. Open it in Word and save it as .docx.
error-paste-not-word = This is no Word document: there is no text inside. Save it as .docx.
error-paste-old-word = This is the old .doc format or a file under a password. Save it as .docx without a password.
error-paste-broken = The file is damaged and cannot be read to its end. Open it in Word and save it again.
error-paste-too-slow = The file is too complicated. Copy its text and paste it above.
error-paste-not-text = This is not text. Use .docx, .txt or .md.
error-wrong-value = There is no such value here.
conflict-starters-present = The standard has everything you ticked already.
