from django.db import models


class Lesson(models.Model):
    title = models.CharField(max_length=50)
    teacher = models.CharField(max_length=28)  # an openid
    places = models.PositiveSmallIntegerField()


class Booking(models.Model):
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE)
    openid = models.CharField(max_length=28)
    phone = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lesson", "openid"], name="one_place_each")]
