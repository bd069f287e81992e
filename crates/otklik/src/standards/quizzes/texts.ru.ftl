# quizzes
