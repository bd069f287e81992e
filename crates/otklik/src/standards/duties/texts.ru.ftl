# Обязанности прочитать и подписать
duties-paper-statement = Подписано на бумаге { $day }; внёс(ла) { $name }
duties-mail-subject = Прочитайте и подпишите стандарт
duties-mail-subject-late = Стандарт ждёт вашей подписи
duties-mail-hello = Здравствуйте, { $name }!
duties-mail-text = Прочитайте, пожалуйста, и подпишите:
duties-mail-due = «{ $title }» до { $day }
duties-mail-late = «{ $title }»: срок был { $day }
duties-mail-link = Прочитать и подписать
forbidden-no-employee = Ваш вход не связан с сотрудником. Попросите управляющего указать его в вашей карточке.
forbidden-outside-audience = Этот стандарт не для вашего места работы, подписывать его не нужно.
conflict-version-replaced = Уже вышла версия { $what }. Откройте её и прочитайте, что изменилось.
conflict-nothing-to-sign = Здесь больше нечего подписывать: всё уже подписано или снято.
error-item-not-asked = Этот пункт не нужно подписывать.
error-item-missing = Не хватает пункта { $item }.
error-signed-on-range = День подписи должен лежать между публикацией и сегодня.
error-nothing-to-sign = Этому человеку нечего подписывать.
error-absence-ends-before = Последний день раньше первого.
