# Duties to read and sign
duties-paper-statement = Signed on paper on { $day }; entered by { $name }
duties-mail-subject = Please read and sign a standard
duties-mail-subject-late = A standard waits for your signature
duties-mail-hello = Hello { $name },
duties-mail-text = Please read and sign:
duties-mail-due = “{ $title }” by { $day }
duties-mail-late = “{ $title }”: it was due on { $day }
duties-mail-link = Read and sign
forbidden-no-employee = Your user is not tied to an employee. Ask the manager to name one on your card.
forbidden-outside-audience = This standard is not for your place of work; you need not sign it.
conflict-version-replaced = Version { $what } is out already. Open it and read what changed.
conflict-nothing-to-sign = There is nothing left to sign here: all is signed or lifted.
error-item-not-asked = This item need not be signed.
error-item-missing = Item { $item } is missing.
error-signed-on-range = The day of signing must lie between the publication and today.
error-nothing-to-sign = This person has nothing to sign.
error-absence-ends-before = The last day is before the first.
