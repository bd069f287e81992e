ask-language = Язык
ask-send = Отправить
ask-next = Дальше
ask-back = Назад
ask-wrong = Почти готово. Поправьте, пожалуйста:
ask-title-wrong = Нужно поправить: { $title }
ask-required = Ответьте, пожалуйста, на этот вопрос.
ask-several = Можно выбрать несколько.
ask-promise = Ответы читают люди, а не только программа.
ask-promise-confidential = Ответы увидят только те, кто разбирает отзывы; в отчётах имён нет.
ask-promise-anonymous = Ответ анонимный: ни имени, ни точного времени мы не сохраняем. Не пишите в тексте того, что вас выдаст.
ask-preview = Так страницу увидит клиент. Отсюда ничего не отправится.
ask-test = Это проба: ответ не сохраняется.
ask-busy = Сейчас отвечают очень многие. Всё, что вы написали, цело: нажмите ещё раз через несколько секунд.
ask-nps-low = точно нет
ask-nps-high = точно да
ask-csat-low = очень плохо
ask-csat-high = отлично
ask-ces-low = очень трудно
ask-ces-high = очень легко
ask-rating-low = плохо
ask-rating-high = отлично
ask-contact-name = Как к вам обращаться
ask-contact-phone = Телефон
ask-contact-email = Почта

ask-thanks = Спасибо!
ask-thanks-saved = Ваш ответ сохранён.
ask-thanks-reader = Ваш ответ прочитает { $name }, управляющий.
ask-thanks-read = Ваш ответ прочитают люди из компании { $org }.
ask-thanks-call = Если понадобится что-то уточнить или исправить, свяжемся с вами по оставленным контактам.
ask-thanks-anonymous = Ответ анонимный: кто его дал, не узнать и нам.
ask-closed = Опрос закрыт. Спасибо!
ask-closed-text = Сейчас мы не собираем ответы по этой ссылке. Спасибо, что хотели помочь.
ask-unknown = Такого опроса нет
ask-unknown-text = Проверьте адрес: возможно, ссылка скопирована не целиком.
ask-too-large = Слишком длинный ответ
ask-too-large-text = Вернитесь назад и сократите текст.
ask-unreadable = Ответ не прочитался
ask-unreadable-text = Откройте страницу заново и отправьте ещё раз.
error-history-needed = Для этого поля нужен токен с правом history.
error-in-future = Это время ещё не наступило.
ask-gone = Уже не нужно

gone-invitation-used = Вы уже ответили по этой ссылке. Спасибо!
gone-invitation-expired = Срок этой ссылки вышел. Спасибо, что хотели ответить!
invitation-hello = Здравствуйте, { $name }!
invitation-asks = { $org } просит вас ответить на несколько вопросов. Это займёт меньше минуты.
invitation-begin = Ответить
invitation-mail-hello = Здравствуйте!
invitation-mail-hello-name = Здравствуйте, { $name }!
invitation-mail-text = { $org } просит вас ответить на несколько вопросов. Это займёт меньше минуты:
    { $link }

    Ссылка личная, ответить по ней можно один раз.
invitation-title = Личные ссылки
invitation-what = Каждому своя ссылка на один ответ. Видно, кто ответил, но не видно, что именно.
invitation-people = Кого спросить
invitation-people-hint = По одному человеку в строке: имя, почта, телефон в любом порядке через точку с запятой.
invitation-branch = Филиал
invitation-no-branch = Не указывать
invitation-send = Отправить письма тем, у кого есть почта
invitation-make = Сделать ссылки
invitation-made = { $n ->
    [one] Готова { $n } ссылка.
    [few] Готовы { $n } ссылки.
   *[other] Готово { $n } ссылок.
 }
invitation-links = Новые ссылки
invitation-links-once = Скопируйте их сейчас: ссылки мы не храним и второй раз показать не сможем.
invitation-copy = Скопировать все
invitation-not-open = Опрос сейчас закрыт. Опубликуйте его, и можно будет приглашать.
invitation-who = Кто
invitation-state = Состояние
invitation-when = Когда
invitation-waiting = ждём
invitation-answered = есть ответ
invitation-expired = срок вышел
invitation-until = до { $date }
invitation-nameless = Без имени
invitation-line = Строка { $n }: { $text }
error-quarantine = Этого человека спрашивали или он отвечал меньше { $days } дн. назад. Дайте ему отдохнуть.
error-no-mailer = Почта не настроена: скопируйте ссылки и отправьте сами.
error-one-or-items = Либо один человек, либо список items.
