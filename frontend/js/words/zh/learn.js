MNIST.words.addWords('zh', 'learn', {
  lessons: '课程',
  'lessons-not-loaded': '无法加载课程：{reason} 再按一次按钮重试。',
  share: '分享此页面',
  'share-key': '分享此页面（S）',
  'share-not-loaded': '分享功能加载失败：{reason} 请再按一次按钮重试。',
});
