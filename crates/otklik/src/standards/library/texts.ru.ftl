# library
library-new = Новый стандарт из библиотеки
library-new-lead = Выберите пункты, с которых удобно начать. Потом каждый можно изменить под себя.
library-add = Взять из библиотеки
library-add-lead = Отмеченное встанет в конец черновика на двух языках. Менять его можно как свои пункты.
library-business = Чем занимаетесь
library-kind = О чём стандарт
library-kind-communication = Общение
library-kind-organisation = Организация
library-kind-operation = Порядок действий
library-kind-profession = Мастерство
library-kind-materials = Место и вещи
library-all-kinds = Всё
library-title = Название стандарта
library-make = Создать стандарт
library-take = Добавить отмеченное
library-tick-all = Отметить всё
library-chosen = Отмечено:
library-critical = критический
library-optional = рекомендация
library-there = уже есть в стандарте
library-minutes = { $n } мин
library-stage-choose = Первый контакт
library-stage-book = Запись и заказ
library-stage-come = Встреча
library-stage-service = Сама услуга
library-stage-pay = Оплата и прощание
library-stage-after = После
library-block-situation = Если что-то пошло не так
library-block-competitor = Если действует конкурент
library-paste = Вставить текст или файл
library-paste-lead = Скопируйте правила из любого документа. Дальше увидите, что получится, и сможете поправить.
library-paste-text = Текст
library-paste-hint = Нумерация любая: «1.», «1.1.», «а)», «—». Строка «Раздел 2. Встреча» станет заголовком.
library-paste-file = Или файл
library-paste-file-hint = Word (.docx), .txt или .md, до 20 МБ.
library-look = Посмотреть, что получится
library-preview = Что получится
library-preview-found = { $n ->
    [one] Найден { $n } пункт.
    [few] Найдено { $n } пункта.
   *[many] Найдено { $n } пунктов.
}
library-preview-taken = { $n ->
    [one] Отмечен { $n }: уберите галочку, если он не нужен.
    [few] Отмечены { $n }: уберите галочку там, где пункт не нужен.
   *[many] Отмечено { $n }: уберите галочку там, где пункт не нужен.
}
library-take-row = — взять этот пункт
library-row = Пункт { $n }
library-join = Соединить с пунктом выше
library-back-to-text = К тексту
library-why = Зачем
library-measure = Как измерить
library-norm = Норма
library-warn-empty = Номер есть, текста нет.
library-warn-long = { $chars } знаков, а помещается 2 000. Сократите или разделите.
library-warn-twice = То же, что в пункте { $of }.
library-warn-present = Такой пункт в стандарте уже есть.
error-library-choose = Отметьте хотя бы один пункт.
error-paste-nothing = Не нашли ни одного пункта.
error-paste-too-many-items = Найдено { $found }, а в стандарте помещается { $max }. Разделите текст на несколько стандартов.
error-paste-too-many-lines = Больше 20 000 строк. Разделите текст на части.
error-paste-too-large = Файл больше, чем можно прочитать: до 20 МБ, а в распакованном виде до 200 МБ.
error-paste-pdf = Это PDF. Откройте его, скопируйте текст и вставьте в поле выше.
error-paste-rtf = Это RTF. Откройте его в Word и сохраните как .docx.
error-paste-not-word = Это не документ Word: внутри нет текста. Сохраните его как .docx.
error-paste-old-word = Это старый формат .doc или файл под паролем. Сохраните его как .docx без пароля.
error-paste-broken = Файл повреждён и не читается до конца. Откройте его в Word и сохраните заново.
error-paste-too-slow = Файл слишком сложный. Скопируйте из него текст и вставьте в поле выше.
error-paste-not-text = Это не текст. Подойдёт .docx, .txt или .md.
error-wrong-value = Такого значения здесь нет.
conflict-starters-present = Всё отмеченное в стандарте уже есть.
